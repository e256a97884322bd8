// What people come to do, from the first click to the last: with scripts, without them, and without a mouse.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { promisify } from 'node:util';
import { DESK, PHONE, launch, newVisitor, settle } from './browser.mjs';
import { noFaults } from './checks.mjs';
import { chooseByKeyboard, tabTo, tabToLink, typeByKeyboard } from './keyboard.mjs';
import { binary, startServer } from './server.mjs';
import { interventions, matching, questions, richestStudy, themes } from './starter.mjs';

const run = promisify(execFile);

const QUESTION = questions.find((question) => question.slug === 'reading-at-home');
const INTERVENTION = interventions.find((intervention) => intervention.slug === QUESTION.interventions[0]);
const FILTER = { theme: 'supporting-the-home-learning-environment', from: 2010, to: 2012, uk: true, focus: 'low-income' };
const FILTERED = `/studies?theme=${FILTER.theme}&from=${FILTER.from}&to=${FILTER.to}&origin=uk&focus=${FILTER.focus}`;
const WITHOUT_FOCUS = FILTERED.replace(`&focus=${FILTER.focus}`, '');
const THEME = themes[0];

let server;
let browser;

before(async () => {
  server = await startServer();
  browser = await launch();
});

after(async () => {
  await browser?.close();
  await server?.stop();
});

/** Runs a journey as a new visitor, and sees to it that the browser had nothing to complain about on the way. */
async function visit(options, journey) {
  const visitor = await newVisitor(browser, server.address, options);
  try {
    await journey(visitor.page);
    noFaults(visitor.faults);
  } finally {
    await visitor.close();
  }
}

const where = (page) => {
  const url = new URL(page.url());
  return url.pathname + url.search;
};
const heading = async (page) => (await page.getByRole('heading', { level: 1 }).innerText()).trim();
const chips = (page) => page.getByRole('main').getByRole('link', { name: /^Remove filter/ });

/** Typographic quotes and spaces are the site's own business. */
const plain = (text) => text.replace(/[\u2018\u2019]/g, "'").replace(/[\u201c\u201d]/g, '"').replace(/\s+/g, ' ').trim();

async function showsCount(page, expected) {
  const words = expected === 1 ? /^1 study\b/ : new RegExp(`^${expected} studies\\b`);
  // Results that a script fetches take a moment.
  await page.getByRole('status').filter({ hasText: words }).first().waitFor().catch(() => {});
  const announced = (await page.getByRole('status').allInnerTexts()).map((text) => text.trim());
  assert.ok(announced.some((text) => words.test(text)), `expected "${expected} studies …", announced is: ${JSON.stringify(announced)}`);
}

/** The link to a question on the home page, whatever quotes it is set in. */
const questionLink = (page) => page.getByRole('main').locator(`a[href="/questions/${QUESTION.slug}"]`).first();
const interventionLink = (page) => page.getByRole('main').locator(`a[href="/interventions/${INTERVENTION.slug}"]`).first();

async function findsAnInterventionInTwoClicks(page) {
  await page.goto('/');
  assert.match(plain(await questionLink(page).innerText()), new RegExp(escape(plain(QUESTION.question).slice(0, 20))));
  await questionLink(page).click();
  assert.equal(where(page), `/questions/${QUESTION.slug}`);
  assert.ok(plain(await heading(page)).includes(plain(QUESTION.question)));
  await interventionLink(page).click();
  await arrivedAtTheIntervention(page);
}

async function arrivedAtTheIntervention(page) {
  await page.waitForURL(`**/interventions/${INTERVENTION.slug}`);
  assert.equal(plain(await heading(page)), plain(INTERVENTION.name));
}

function escape(text) {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

/** Opens the folded parts that a control lies in, as a visitor would: by their headings. */
async function unfold(control) {
  for (let level = 0; level < 4; level += 1) {
    if (await control.isVisible()) return;
    // On a wide screen the outer part shows what is in it without being open, and has no heading.
    const headings = control.locator('xpath=ancestor::details[not(@open)]/summary').filter({ visible: true });
    await headings.first().click();
  }
}

async function choose(page, name, value) {
  const control = page.getByRole('main').locator(`input[name="${name}"][value="${value}"]`).first();
  await unfold(control);
  await control.check();
  await settle(page);
}

async function setYear(page, name, year) {
  const control = page.getByRole('main').locator(`[name="${name}"]`).first();
  await unfold(control);
  if (await control.evaluate((element) => element.tagName === 'SELECT')) await control.selectOption(year);
  else await control.fill(year);
  await settle(page);
}

async function apply(page) {
  const button = page.getByRole('main').getByRole('button', { name: 'Apply filters' }).first();
  await unfold(button);
  await button.click();
  await settle(page);
}

async function showsTheFilteredList(page) {
  assert.equal(where(page), FILTERED, 'the address is not the canonical one');
  await showsCount(page, matching(FILTER).length);
  assert.ok(await chips(page).count() >= 4, 'there are fewer chips than filters');
  assert.ok(await page.locator(`input[name=theme][value=${FILTER.theme}]`).first().isChecked());
  assert.ok(await page.locator(`input[name=focus][value=${FILTER.focus}]`).first().isChecked());
  assert.ok(await page.locator('input[name=origin][value=uk]').first().isChecked());
  assert.equal(await page.getByRole('main').locator('[name=from]').first().inputValue(), String(FILTER.from));
  assert.equal(await page.getByRole('main').locator('[name=to]').first().inputValue(), String(FILTER.to));
}

async function showsTheListWithoutFocus(page, chipsBefore) {
  assert.equal(where(page), WITHOUT_FOCUS);
  await showsCount(page, matching({ ...FILTER, focus: undefined }).length);
  assert.equal(await chips(page).count(), chipsBefore - 1);
  assert.ok(!await page.locator(`input[name=focus][value=${FILTER.focus}]`).first().isChecked());
}

/** The chip that leads to the same list without the focus. */
async function focusChip(page) {
  for (const chip of await chips(page).all()) {
    const target = new URL(await chip.getAttribute('href'), page.url());
    if (!target.searchParams.has('focus')) return chip;
  }
  assert.fail('no chip removes the focus');
}

/** The first study of the list, as { link, path, title }. */
async function firstStudy(page) {
  const link = page.getByRole('main').locator('a[href^="/studies/"]').first();
  return { link, path: await link.getAttribute('href'), title: plain(await link.innerText()) };
}

async function filtersStudies(page) {
  await page.goto('/studies');
  await showsCount(page, matching({}).length);
  await choose(page, 'theme', FILTER.theme);
  await setYear(page, 'from', String(FILTER.from));
  await setYear(page, 'to', String(FILTER.to));
  await choose(page, 'origin', 'uk');
  await choose(page, 'focus', FILTER.focus);
  await apply(page);
  await showsTheFilteredList(page);

  const before = await chips(page).count();
  await (await focusChip(page)).click();
  await settle(page);
  await showsTheListWithoutFocus(page, before);

  const study = await firstStudy(page);
  await study.link.click();
  await page.waitForURL(`**${study.path}`);
  assert.equal(plain(await heading(page)), study.title);

  await page.goBack();
  await settle(page);
  await showsTheListWithoutFocus(page, before);
  assert.ok(await page.locator(`input[name=theme][value=${FILTER.theme}]`).first().isChecked(), 'the theme is no longer chosen');
}

for (const [how, options] of [
  ['on a desk', { viewport: DESK }],
  ['on a phone', { viewport: PHONE }],
  ['without scripts', { viewport: DESK, scripts: false }],
  ['without scripts, on a phone', { viewport: PHONE, scripts: false }],
]) {
  describe(how, () => {
    test('an everyday question leads to an intervention in two clicks', () => visit(options, findsAnInterventionInTwoClicks));
    test('studies are filtered, one filter is taken away, a study is opened, and back', () => visit(options, filtersStudies));
    test('a misspelt search finds what was meant, with a way back to what was typed', () => visit(options, searchesMisspelt));
  });
}

async function searchesMisspelt(page) {
  await page.goto('/');
  const box = page.getByRole('main').locator('input[name=q]').first();
  await box.fill('literasy');
  await box.press('Enter');
  await page.waitForURL('**/search?q=literasy');
  await settle(page);
  const main = page.getByRole('main');
  assert.match(plain(await main.innerText()), /Showing results for "?literacy/i);
  assert.ok(await main.locator('a[href^="/studies/"], a[href^="/interventions/"]').count() > 0, 'nothing was found');
  const hrefs = await main.locator('a[href*="literasy"]').all();
  assert.ok(hrefs.length > 0, 'there is no way back to what was typed');
  await hrefs[0].click();
  await settle(page);
  assert.match(decodeURIComponent(where(page)), /literasy/);
  assert.match(plain(await page.getByRole('main').innerText()) + await page.getByRole('main').locator('input[name=q]').first().inputValue(), /literasy/);
}

describe('with the keyboard alone', () => {
  test('the first press of Tab offers to skip to the content', () => visit({}, async (page) => {
    await page.goto('/');
    await page.keyboard.press('Tab');
    const first = await page.evaluate(() => document.activeElement.getAttribute('href') ?? '');
    assert.match(first, /^#./, 'the first stop is not a link to the content');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Tab');
    assert.ok(await page.evaluate(() => Boolean(document.activeElement.closest('main'))), 'after skipping, Tab is not in the content');
  }));

  test('an everyday question leads to an intervention', () => visit({}, async (page) => {
    await page.goto('/');
    await tabToLink(page, `/questions/${QUESTION.slug}`);
    await page.keyboard.press('Enter');
    await page.waitForURL(`**/questions/${QUESTION.slug}`);
    await tabToLink(page, `/interventions/${INTERVENTION.slug}`);
    await page.keyboard.press('Enter');
    await arrivedAtTheIntervention(page);
  }));

  for (const [how, options] of [['', {}], [', without scripts', { scripts: false }]]) {
    // Without scripts the page runs none of its own; the test may still look at it.
    test(`studies are filtered and a filter is taken away${how}`, () => visit(options, async (page) => {
      await page.goto('/studies');
      await chooseByKeyboard(page, 'theme', FILTER.theme);
      await typeByKeyboard(page, 'from', String(FILTER.from));
      await typeByKeyboard(page, 'to', String(FILTER.to));
      await chooseByKeyboard(page, 'origin', 'uk');
      await chooseByKeyboard(page, 'focus', FILTER.focus);
      await tabTo(page, 'the button to apply', (element) => /^(BUTTON|INPUT)$/.test(element.tagName)
        && /^Apply filters/.test((element.innerText || element.value || '').trim()));
      await page.keyboard.press('Enter');
      await settle(page);
      await showsTheFilteredList(page);

      const before = await chips(page).count();
      const target = await (await focusChip(page)).getAttribute('href');
      await tabToLink(page, target);
      await page.keyboard.press('Enter');
      await settle(page);
      await showsTheListWithoutFocus(page, before);

      const study = await firstStudy(page);
      await tabToLink(page, study.path);
      await page.keyboard.press('Enter');
      await page.waitForURL(`**${study.path}`);
      // The key for "back" belongs to the browser's window, which a headless browser lacks.
      await page.goBack();
      await settle(page);
      await showsTheListWithoutFocus(page, before);
    }));
  }
});

describe('on paper', () => {
  test('a theme says where it was printed from', () => visit({}, async (page) => {
    await page.goto(`/evidence/${THEME.slug}`);
    const folder = await mkdtemp(path.join(os.tmpdir(), 'ewf-print-'));
    try {
      const file = path.join(folder, 'theme.pdf');
      await page.pdf({ path: file, format: 'A4', printBackground: false });
      const { stdout } = await run('pdftotext', ['-raw', file, '-'], { maxBuffer: 10_000_000 });
      // An address may be broken across lines, and hyphens with it.
      const text = stdout.replace(/\s+/g, '');
      assert.match(text, /Printedfrom/);
      const printed = text.slice(text.indexOf('Printedfrom'), text.indexOf('Printedfrom') + 300);
      assert.ok(printed.includes(`/evidence/${THEME.slug}`), `the address is missing: ${printed}`);
      assert.ok(text.indexOf('Printedfrom') < 200, 'it does not open with it');
      assert.ok(text.includes(THEME.key_messages[0].text.replace(/\s+/g, '').slice(0, 30)), 'the first key message is missing');
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }));
});

describe('with scripts', () => {
  test('a filter applies at once, and focus, announcement and history stay whole', () => visit({ viewport: DESK }, async (page) => {
    await page.goto('/studies');
    await page.evaluate(() => { globalThis.announcement = document.querySelector('#results [role=status]'); });
    const theme = page.locator(`input[name=theme][value=${FILTER.theme}]`);
    await theme.focus();
    await page.keyboard.press('Space');
    await page.waitForURL(`**/studies?theme=${FILTER.theme}`);
    await showsCount(page, matching({ theme: FILTER.theme }).length);
    assert.ok(await page.evaluate(() => globalThis.announcement === document.querySelector('#results [role=status]')), 'the live region was replaced');
    assert.equal(await page.evaluate(() => document.activeElement.value), FILTER.theme);
    assert.equal(await chips(page).count(), 1);
    await page.goBack();
    await page.waitForURL('**/studies');
    await showsCount(page, matching({}).length);
    assert.equal(await theme.isChecked(), false);
  }));

  test('a citation shows its study without leaving the page', () => visit({}, async (page) => {
    await page.goto(`/evidence/${THEME.slug}`);
    await page.getByRole('button', { name: /^In short/ }).first().click();
    const card = page.locator('.cite-card:popover-open');
    assert.equal(await card.count(), 1);
    await card.getByRole('button', { name: 'Close' }).click();
    assert.equal(await card.count(), 0);
    assert.equal(where(page), `/evidence/${THEME.slug}`);
  }));
});

describe('taking evidence away', () => {
  for (const [how, options] of [['', {}], [', without scripts', { scripts: false }]]) {
    test(`a reference is shown in the style that was chosen${how}`, () => visit({ viewport: PHONE, ...options }, async (page) => {
      await page.goto(`/studies/${richestStudy.slug}`);
      const reference = page.locator('#reference-text');
      const before = await reference.innerText();
      assert.equal(await page.locator('[data-copy]').isVisible(), options.scripts !== false);
      await page.getByLabel('Style').selectOption({ label: 'Harvard (Cite Them Right)' });
      await page.getByRole('button', { name: 'Show in this style' }).click();
      await page.waitForURL('**?cite=harvard#reference');
      assert.notEqual(await reference.innerText(), before);
      assert.ok(plain(await reference.innerText()).includes(plain(richestStudy.title)));
    }));
  }

  test('a reference is copied, and that is said', async () => {
    const visitor = await newVisitor(browser, server.address, { viewport: DESK });
    try {
      const { page } = visitor;
      await visitor.context.grantPermissions(['clipboard-read', 'clipboard-write']);
      await page.goto(`/studies/${richestStudy.slug}`);
      await page.getByRole('button', { name: 'Copy this reference' }).click();
      await page.locator('#reference [role=status]', { hasText: 'Copied' }).waitFor();
      const copied = await page.evaluate(() => navigator.clipboard.readText());
      assert.equal(copied, await page.locator('#reference-text').innerText());
      noFaults(visitor.faults);
    } finally {
      await visitor.close();
    }
  });

  test('a filtered list is downloaded whole', () => visit({ viewport: PHONE, scripts: false }, async (page) => {
    await page.goto(FILTERED);
    const download = page.waitForEvent('download');
    await page.getByRole('link', { name: 'RIS', exact: true }).click();
    const file = await readFile(await (await download).path(), 'utf8');
    assert.equal(file.match(/^TY  - /gm).length, matching(FILTER).length);
  }));

  test('the copy of a snapshot is read and searched from its folder', async () => {
    const folder = await mkdtemp(path.join(os.tmpdir(), 'ewf-copy-'));
    const context = await browser.newContext();
    try {
      const site = await unpackedCopy(server, folder);
      const page = await context.newPage();
      const faults = [];
      page.on('pageerror', (error) => faults.push(error.message));
      await page.goto(`file://${site}/index.html`);
      await page.getByRole('link', { name: 'Studies', exact: true }).first().click();
      await page.getByRole('link', { name: 'Next' }).click();
      assert.match(page.url(), /studies-page-2\.html$/);
      await page.getByLabel('Search everything').fill(richestStudy.title.slice(0, 40));
      await page.keyboard.press('Enter');
      await page.getByRole('link', { name: richestStudy.title }).click();
      assert.equal(plain(await page.locator('h1').innerText()), plain(richestStudy.title));
      assert.match(await page.locator('.banner').innerText(), /This is a copy/);
      assert.deepEqual(faults, []);
    } finally {
      await context.close();
      await rm(folder, { recursive: true });
    }
  });
});

/** Makes a snapshot of a server's collection, unpacks it, and says where the copy of the site is. */
async function unpackedCopy(server, folder) {
  const printed = await run(binary, ['snapshot', folder, '--data', server.data], { env: process.env });
  const archive = printed.stdout.trim().split('\n').at(-1);
  await run('python3', ['-m', 'zipfile', '-e', archive, folder]);
  return path.join(folder, path.basename(archive, '.zip'), 'site');
}

describe('to a screen reader', () => {
  test('a study page has its landmarks, one main heading and headings in order', () => visit({}, async (page) => {
    await page.goto(`/studies/${richestStudy.slug}`);
    const tree = await page.locator('body').ariaSnapshot();
    const lines = tree.split('\n');
    for (const landmark of ['banner', 'main', 'contentinfo']) {
      assert.equal(lines.filter((line) => new RegExp(`^- ${landmark}\\b`).test(line)).length, 1, `${landmark} in:\n${tree}`);
    }
    assert.ok(lines.some((line) => /^\s+- navigation\b/.test(line) || /^- navigation\b/.test(line)), 'no navigation');
    assert.ok(lines.some((line) => /- search\b/.test(line)), 'no search landmark');
    const levels = lines.filter((line) => /- heading\b/.test(line)).map((line) => Number(line.match(/\[level=(\d)\]/)[1]));
    assert.equal(levels.filter((level) => level === 1).length, 1);
    levels.forEach((level, index) => {
      assert.ok(index === 0 || level <= levels[index - 1] + 1, `heading levels jump: ${levels.join(' ')}`);
    });
    assert.equal(plain(await heading(page)), plain(richestStudy.title));
    assert.ok(lines.some((line) => /- table\b/.test(line)), 'the effects are not a table');
  }));

  test('a list of studies names its filters, its count and its pages', () => visit({}, async (page) => {
    await page.goto('/studies');
    await showsCount(page, matching({}).length);
    const main = page.getByRole('main');
    await unfold(main.locator('input[name=theme]').first());
    assert.ok(await main.getByRole('group').count() >= 5, 'the filters are not grouped with names');
    for (const theme of themes) {
      assert.equal(await main.locator(`input[name=theme][value=${theme.slug}]`).count(), 1, `no filter for ${theme.slug}`);
    }
    assert.ok(await main.getByRole('group', { name: /^Theme/ }).count() >= 1, 'no group of filters is named Theme');
    assert.equal(await page.getByRole('navigation', { name: 'Pages' }).count(), 1, 'no navigation is named Pages');
  }));
});
