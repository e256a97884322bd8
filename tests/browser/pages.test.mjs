// Every type of page, on a phone in light and on a desk in dark, both at once: accessible, valid, light, and silent about the
// visitor. The two other pairs show nothing that these two do not.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { DESK, PHONE, launch, newVisitor } from './browser.mjs';
import {
  accessible, get, guarded, leavesNoTrace, light, noFaults, noSidewaysScroll, noSidewaysScrollWithTextSpacing, noSidewaysScrollWithWideFont, nothingInline,
  validHtml,
} from './checks.mjs';
import { startServer } from './server.mjs';
import { barestStudy, emptyList, interventions, questions, richestStudy, themes } from './starter.mjs';

const mostStudied = [...interventions].sort((a, b) => b.studies.length - a.studies.length)[0];
const PAGES = [
  ['home', '/'],
  ['what works', '/evidence'],
  ['theme', `/evidence/${themes[0].slug}`],
  ['theme, inferred', `/evidence/${themes.at(-1).slug}`],
  ['interventions', '/interventions'],
  ['interventions, filtered', `/interventions?theme=${themes[0].slug}&origin=uk&cost=low`],
  ['intervention', `/interventions/${mostStudied.slug}`],
  ['studies', '/studies'],
  ['studies, filtered', `/studies?theme=${themes[0].slug}&from=2010&to=2012&origin=uk`],
  ['studies, words', '/studies?q=reading&stage=primary'],
  ['studies, second page', '/studies?page=2'],
  ['studies, none found', emptyList()],
  ['study with effects', `/studies/${richestStudy.slug}`],
  ['study with little', `/studies/${barestStudy.slug}`],
  ['search', '/search?q=reading'],
  ['search, empty', '/search'],
  ['search, misspelt', '/search?q=literasy'],
  ['search, nothing', '/search?q=zzyzxqqq'],
  ['question', `/questions/${questions[0].slug}`],
  ['about', '/about'],
  ['how to read an entry', '/how-to-read'],
  ['glossary', '/glossary'],
  ['accessibility', '/accessibility'],
  ['privacy', '/privacy'],
  ['studies as of a day', `/studies?as-of=${new Date().toISOString().slice(0, 10)}`],
  ['a day to come', '/studies?as-of=2999-01-01', 404],
  ['data and API', '/data'],
  ['not found', '/no-such-page', 404],
  ['study not found', '/studies/no-such-study-1999', 404],
];

let server;
let browser;
const SETTINGS = [['phone', PHONE, 'light'], ['desk', DESK, 'dark']];
const visitors = new Map();
const htmlOf = new Map();

before(async () => {
  server = await startServer();
  browser = await launch();
  for (const [name, viewport, scheme] of SETTINGS) {
    visitors.set(name, await newVisitor(browser, server.address, { viewport, scheme }));
  }
});

after(async () => {
  await browser?.close();
  await server?.stop();
});

for (const [name, address, status = 200] of PAGES) {
  describe(`${name} (${address})`, () => {
    test('says what it is, and weighs little', async () => {
      const answer = await get(new URL(address, server.address));
      assert.equal(answer.status, status, `redirected to ${answer.headers.location}`);
      assert.match(answer.headers['content-type'], /^text\/html; ?charset=utf-8$/i);
      guarded(answer.headers);
      const html = answer.body.toString('utf8');
      htmlOf.set(`${name} (${address})`, html);
      nothingInline(html);
      await light(server.address, address, html);
    });

    test('is accessible and keeps to itself', async () => {
      // Neither is left behind at work when the other has failed.
      const outcomes = await Promise.allSettled(SETTINGS.map(async ([setting, viewport]) => {
        const visitor = visitors.get(setting);
        const { page, faults } = visitor;
        faults.length = 0;
        await page.setViewportSize(viewport);
        await page.goto(address);
        await accessible(page);
        if (setting === 'desk') await saysWhatItIs(page, address, status);
        if (setting === 'phone') {
          await noSidewaysScroll(page, PHONE.width);
          await noSidewaysScroll(page, 320);
          await noSidewaysScrollWithTextSpacing(page, PHONE.width);
          await noSidewaysScrollWithWideFont(page, PHONE.width);
        }
        await leavesNoTrace(visitor);
        noFaults(faults);
      }));
      for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
    });
  });
}

async function saysWhatItIs(page, address, status) {
  assert.ok((await page.title()).length >= 5, 'the title is missing or too short');
  assert.equal(await page.getByRole('heading', { level: 1 }).count(), 1, 'there is not exactly one heading of level 1');
  assert.notEqual((await page.getByRole('heading', { level: 1 }).innerText()).trim(), '');
  assert.match(await page.locator('html').getAttribute('lang'), /^en(-GB)?$/);
  for (const role of ['banner', 'main', 'contentinfo']) {
    assert.equal(await page.getByRole(role).count(), 1, `there is not exactly one ${role}`);
  }
  if (status !== 200) return;
  const description = await page.locator('meta[name=description]').getAttribute('content');
  assert.ok(description.length >= 30, `the description is too short: ${description}`);
  const canonical = new URL(await page.locator('link[rel=canonical]').getAttribute('href'), page.url());
  assert.equal(canonical.pathname + canonical.search, address, 'the canonical address is not the address of the page');
  for (const property of ['og:title', 'og:description', 'og:url']) {
    assert.ok(await page.locator(`meta[property="${property}"]`).getAttribute('content'), `${property} is missing`);
  }
}

describe('all pages together', () => {
  test('are valid HTML', async () => {
    assert.equal(htmlOf.size, PAGES.length, 'not every page could be read');
    await validHtml(htmlOf);
  });

  test('have titles of their own', () => {
    const titles = PAGES.filter(([, address, status = 200]) => status === 200 && !address.includes('?'))
      .map(([name, address]) => htmlOf.get(`${name} (${address})`)?.match(/<title>([^<]*)<\/title>/i)?.[1].trim());
    const twice = titles.filter((title, index) => titles.indexOf(title) !== index);
    assert.deepEqual(twice, []);
  });
});
