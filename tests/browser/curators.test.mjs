// What curators come to do, from logging in to what readers see: with scripts, without them, and without a mouse.
// Everything that is written here is made up, apart from the three studies of the collection that the imported file repeats.

import assert from 'node:assert/strict';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { launch, newVisitor, settle } from './browser.mjs';
import { noFaults } from './checks.mjs';
import {
  ADA, BEN, EVE, IVO, PEOPLE, codeOf, fillIn, inventedStudy, logIn, newCurator, nextSteps, save, says, standing, writeStudy,
} from './curator.mjs';
import { chooseByKeyboard, tabTo, tabToLink, typeByKeyboard } from './keyboard.mjs';
import { root, startServer } from './server.mjs';
import { studies } from './starter.mjs';

const REFERENCES = path.join(root, 'tests/fixtures/references/thirty.ris');
const THEME = 'supporting-the-home-learning-environment';

let server;
let browser;
const staff = new Map();

before(async () => {
  server = await startServer({ people: PEOPLE });
  browser = await launch();
});

after(async () => {
  await browser?.close();
  await server?.stop();
});

/** Someone at their desk. One log-in serves all the journeys of a person that use the same settings. */
async function at(person, options = {}) {
  const key = `${person.login} ${JSON.stringify(options)}`;
  if (!staff.has(key)) staff.set(key, await newCurator(browser, server.address, person, options));
  const visitor = staff.get(key);
  visitor.faults.length = 0;
  return visitor;
}

/** Runs a step as someone who has no account, in a browser of their own. */
async function asReader(step, options = {}) {
  const visitor = await newVisitor(browser, server.address, options);
  try {
    await step(visitor.page);
    noFaults(visitor.faults);
  } finally {
    await visitor.close();
  }
}

const main = (page) => page.getByRole('main');
const heading = async (page) => (await page.getByRole('heading', { level: 1 }).innerText()).trim();
const pathOf = (page) => new URL(page.url()).pathname;

async function findsBySearch(word, title) {
  await asReader(async (page) => {
    await page.goto('/');
    const box = main(page).locator('input[name=q]').first();
    await box.fill(word);
    await box.press('Enter');
    await page.waitForURL(`**/search?q=${word}`);
    await main(page).getByRole('link', { name: title }).first().click();
    await page.waitForURL('**/studies/*');
    assert.equal(await heading(page), title);
  });
}

async function doesNotFind(word, title) {
  await asReader(async (page) => {
    await page.goto(`/search?q=${word}`);
    assert.equal(await main(page).getByRole('link', { name: title }).count(), 0, 'readers see it already');
  });
}

describe('two people and a study', () => {
  for (const [how, word, options] of [['', 'xylophone', {}], [', without scripts', 'zeppelin', { scripts: false }]]) {
    test(`a study is written, sent back, mended, published by another person, and found by readers at once${how}`, async () => {
      const ben = await at(BEN, options);
      const ada = await at(ADA, options);
      const study = inventedStudy(word, { summary: '' });

      await ben.page.goto('/admin');
      await main(ben.page).getByRole('link', { name: 'Add a study' }).click();
      await fillIn(ben.page, study);
      await save(ben.page, 'Save and submit for review');
      await says(ben.page, /Saved as a draft at the address .example-2019.* and submitted for review/);
      const address = pathOf(ben.page);
      assert.equal(await standing(ben.page), 'In review');
      assert.equal(await nextSteps(ben.page).getByRole('button', { name: 'Publish' }).count(), 0, 'a curator may publish');
      assert.match(await nextSteps(ben.page).innerText(), /An editor publishes it/);

      await ada.page.goto('/admin');
      await main(ada.page).getByRole('link', { name: study.title }).first().click();
      assert.equal(pathOf(ada.page), address);
      await nextSteps(ada.page).getByRole('button', { name: 'Publish' }).click();
      await says(ada.page, /Not published yet\. Write the summary\./);
      await nextSteps(ada.page).getByText('Send back with a comment').click();
      await nextSteps(ada.page).getByLabel('What is to be mended').fill('The summary is still empty.');
      await nextSteps(ada.page).getByRole('button', { name: 'Send back' }).click();
      await says(ada.page, /Sent back with your comment/);
      await doesNotFind(word, study.title);

      await ben.page.goto('/admin');
      const back = main(ben.page).locator('section', { has: ben.page.getByRole('heading', { name: 'Sent back to you' }) });
      assert.match(await back.innerText(), /The summary is still empty/);
      await back.getByRole('link', { name: study.title }).click();
      assert.match(await main(ben.page).innerText(), /Ada Example sent this back/);
      await nextSteps(ben.page).getByRole('link', { name: 'Write the summary' }).click();
      await fillIn(ben.page, { summary: inventedStudy(word).summary, note: 'With a summary now' });
      await save(ben.page, 'Save and submit for review');
      await says(ben.page, /Saved as version 2\. Submitted for review/);
      assert.equal(await standing(ben.page), 'In review');

      await ada.page.goto(address);
      assert.match(await nextSteps(ada.page).innerText(), /Nothing is missing/);
      await nextSteps(ada.page).getByRole('button', { name: 'Publish' }).click();
      await says(ada.page, /Published\. Readers see it now at \/studies\/example-2019/);
      assert.equal(await standing(ada.page), 'Published');
      await findsBySearch(word, study.title);
      noFaults([...ben.faults, ...ada.faults]);
    });
  }

  test('whatever is wrong with a form is said on top and beside the field, and what was typed stays', async () => {
    const { page, faults } = await at(BEN);
    await page.goto('/admin/studies/new');
    await fillIn(page, { title: 'A faulty study', year: 'last year', doi: 'not a doi', countries: 'Atlantis' });
    await save(page);
    const summary = page.getByRole('alert');
    assert.equal(await page.evaluate(() => document.activeElement.id), 'error-summary', 'the summary has not got the focus');
    assert.match(await page.title(), /^Error: /);
    for (const field of ['year', 'doi', 'countries']) {
      const link = summary.locator(`a[href="#${field}"]`);
      assert.equal(await link.count(), 1, `the summary does not lead to ${field}`);
      await link.click();
      assert.equal(await page.evaluate(() => document.activeElement.id), field);
      const input = page.locator(`[id="${field}"]`);
      assert.equal(await input.getAttribute('aria-invalid'), 'true');
      assert.ok((await input.getAttribute('aria-describedby')).split(' ').includes(`${field}-error`));
      assert.ok((await page.locator(`[id="${field}-error"]`).innerText()).includes((await link.innerText()).trim()));
    }
    assert.equal(await page.locator('#year').inputValue(), 'last year');
    assert.equal(await page.locator('#countries').inputValue(), 'Atlantis');
    noFaults(faults);
  });

  test('the numbers of a paper become an effect, and the working is shown', async () => {
    const { page, faults } = await at(BEN);
    await page.goto('/admin/studies/new');
    await fillIn(page, inventedStudy('accordion'));
    await page.getByRole('button', { name: 'Add an effect' }).click();
    const effect = page.getByRole('group', { name: /^Effect 1/ });
    await effect.getByLabel('Outcome', { exact: true }).selectOption('literacy');
    await effect.getByLabel('Measure').fill('Invented Reading Test');
    await effect.getByLabel('What was compared').fill('reading together versus the usual school day');
    await effect.getByLabel('Source').fill('table 2, page 20');
    await effect.getByLabel('Intervention group').first().fill('60');
    await effect.getByLabel('Comparison group').first().fill('60');
    await effect.getByText('Work it out from what the paper reports').click();
    await effect.getByLabel('Means and standard deviations').check();
    for (const [label, value] of [['Mean, intervention', '52'], ['Mean, comparison', '50'], ['SD, intervention', '10'], ['SD, comparison', '10']]) {
      await effect.getByLabel(label, { exact: true }).fill(value);
    }
    await effect.getByRole('button', { name: 'Work it out' }).click();
    await page.waitForLoadState('load');
    assert.ok(await page.locator('.worked ol.working li').count() >= 2, 'the working is not shown');
    assert.equal(await page.getByRole('group', { name: /^Effect 1/ }).getByLabel('Estimate', { exact: true }).inputValue(), '0.1987');
    await save(page);
    assert.equal(await standing(page), 'Draft');
    await nextSteps(page).getByRole('link', { name: 'Preview of the saved text' }).click();
    assert.match(await main(page).innerText(), /Invented Reading Test/);
    noFaults(faults);
  });
});

describe('with the keyboard alone', () => {
  for (const [how, word, options] of [['', 'bassoon', {}], [', without scripts', 'clarinet', { scripts: false }]]) {
    test(`someone logs in, adds a study, looks at it and submits it${how}`, { timeout: 120_000 }, async () => {
      const visitor = await newVisitor(browser, server.address, options);
      const { page, faults } = visitor;
      try {
        const press = async (what, pattern, scope = 'main') => {
          await tabTo(page, what, (element, [words, within]) => /^(BUTTON|A|SUMMARY)$/.test(element.tagName)
            && Boolean(element.closest(within)) && new RegExp(words).test(element.innerText.trim()), [pattern, scope]);
          await page.keyboard.press('Enter');
          await settle(page);
        };
        await page.goto('/log-in');
        await typeByKeyboard(page, 'login', BEN.login);
        await typeByKeyboard(page, 'password', BEN.password);
        await page.keyboard.press('Enter');
        await page.waitForURL('**/admin');

        await tabToLink(page, '/admin/studies/new');
        await page.keyboard.press('Enter');
        await page.waitForURL('**/admin/studies/new');
        const study = inventedStudy(word);
        await typeByKeyboard(page, 'title', study.title);
        await typeByKeyboard(page, 'authors', study.authors);
        await typeByKeyboard(page, 'year', study.year);
        await chooseByKeyboard(page, 'publication_type', study.publication_type);
        await typeByKeyboard(page, 'container_title', study.container_title);
        await chooseByKeyboard(page, 'study_design', study.study_design);
        await typeByKeyboard(page, 'sample_size', study.sample_size);
        await chooseByKeyboard(page, 'stages', 'primary');
        await typeByKeyboard(page, 'countries', study.countries);
        await chooseByKeyboard(page, 'outcomes', 'literacy');
        await typeByKeyboard(page, 'summary', study.summary);
        await typeByKeyboard(page, 'key_findings', study.key_findings);
        await press('the button that adds an effect', '^Add an effect$', 'form#edit');
        // The new effect is where the page comes back to.
        await typeByKeyboard(page, 'effects.0.measure', 'Invented Reading Test');
        await press('the button that removes it again', '^Remove', 'form#edit');
        await chooseByKeyboard(page, 'themes', THEME);
        await press('the button that saves', '^Save$', 'form#edit .edit-buttons');
        await page.waitForURL(/\/admin\/studies\/\d+/);
        await says(page, /Saved as a draft/);
        const form = page.url();

        await press('the link to the preview', '^Preview of the saved text$');
        assert.match(await main(page).innerText(), new RegExp(word));
        await page.goto(form);
        await press('the button that submits', '^Submit for review$', 'aside');
        assert.equal(await standing(page), 'In review');
        noFaults(faults);
      } finally {
        await visitor.close();
      }
    });
  }
});

describe('two browsers and one record', () => {
  test('the second save is refused with both texts shown, and nothing is lost', async () => {
    const ben = await at(BEN);
    const eve = await at(EVE);
    await writeStudy(ben.page, inventedStudy('trombone'));
    const address = pathOf(ben.page);
    await eve.page.goto(address);
    assert.match(await main(eve.page).innerText(), /Ben Sample has this record open too/);
    await ben.page.goto(address);
    await fillIn(ben.page, { summary: 'Families read about the trombone on Mondays.' });
    await fillIn(eve.page, { summary: 'Families read about the trombone on Fridays.', pages: '13–31' });
    await save(ben.page);
    await says(ben.page, /Saved as version 2/);

    await save(eve.page);
    const alert = eve.page.getByRole('alert');
    assert.match(await alert.innerText(), /Ben Sample has saved this record since you opened it/);
    assert.match(await alert.locator('del').allInnerTexts().then((texts) => texts.join(' ')), /Mondays/);
    assert.match(await alert.locator('ins').allInnerTexts().then((texts) => texts.join(' ')), /Fridays/);
    assert.equal(await eve.page.locator('#summary').inputValue(), 'Families read about the trombone on Fridays.');
    assert.equal(await eve.page.locator('#pages').inputValue(), '13–31');
    await ben.page.goto(address);
    assert.equal(await ben.page.locator('#summary').inputValue(), 'Families read about the trombone on Mondays.');

    await fillIn(eve.page, { summary: 'Families read about the trombone on Mondays and Fridays.' });
    await save(eve.page);
    await says(eve.page, /Saved as version 3/);
    await nextSteps(eve.page).getByRole('link', { name: 'History and comments' }).click();
    await main(eve.page).getByRole('link', { name: /^What it changed.*version 3/ }).click();
    assert.match(await main(eve.page).locator('ins').allInnerTexts().then((texts) => texts.join(' ')), /Fridays/);

    await eve.page.goBack();
    await main(eve.page).getByRole('button', { name: /^Make it the newest text again.*version 2/ }).click();
    await says(eve.page, /Version 2 is the newest text again, as version 4/);
    await eve.page.goto(address);
    assert.equal(await eve.page.locator('#summary').inputValue(), 'Families read about the trombone on Mondays.');
    noFaults([...ben.faults, ...eve.faults]);
  });
});

describe('a record that is withdrawn', () => {
  test('answers 410 with the reason and the way on, and can be shown again', async () => {
    const ada = await at(ADA);
    const eve = await at(EVE);
    const study = inventedStudy('harpsichord');
    await writeStudy(eve.page, study);
    const address = pathOf(eve.page);
    await ada.page.goto(address);
    await nextSteps(ada.page).getByRole('button', { name: 'Publish' }).click();
    await says(ada.page, /Published/);
    const published = await nextSteps(ada.page).getByRole('link', { name: 'What readers see now' }).getAttribute('href');
    await findsBySearch('harpsichord', study.title);

    await nextSteps(ada.page).getByRole('link', { name: 'Withdraw it from readers' }).click();
    await main(ada.page).getByRole('button', { name: 'Withdraw' }).click();
    assert.match(await ada.page.getByRole('alert').innerText(), /Say why/);
    await ada.page.getByLabel('Reason, for readers').fill('It was invented from beginning to end.');
    await ada.page.getByLabel('Where to go instead').fill(`/studies/${studies[0].slug}`);
    await main(ada.page).getByRole('button', { name: 'Withdraw' }).click();
    await says(ada.page, /Withdrawn/);
    assert.equal(await standing(ada.page), 'Withdrawn');
    await asReader(async (page) => {
      const answer = await page.goto(published);
      assert.equal(answer.status(), 410);
      assert.match(await main(page).innerText(), /It was invented from beginning to end/);
      await main(page).getByRole('link', { name: 'Read the record that takes its place' }).click();
      assert.equal(pathOf(page), `/studies/${studies[0].slug}`);
    });
    await doesNotFind('harpsichord', study.title);

    await nextSteps(ada.page).getByRole('button', { name: 'Show it to readers again' }).click();
    await says(ada.page, /Published/);
    await findsBySearch('harpsichord', study.title);
    noFaults([...ada.faults, ...eve.faults]);
  });
});

describe('a file of references', () => {
  test('thirty come in with duplicates and broken entries, one is merged field by field, and all of it is undone', async () => {
    const { page, faults } = await at(BEN);
    const altschul = studies.find((study) => study.slug === 'altschul-2011');
    await page.goto('/admin/imports/new');
    await page.getByLabel('File', { exact: true }).setInputFiles(REFERENCES);
    await page.getByRole('button', { name: 'Read it' }).click();
    await page.getByRole('button', { name: 'Import all as chosen' }).waitFor({ timeout: 20_000 });
    const upload = pathOf(page);
    assert.match(await page.getByRole('status').first().innerText(),
      /28 references read as RIS: 25 are new, 0 merge into records, 3 are left out\. Nothing is written yet/);
    const broken = main(page).locator('section', { has: page.getByRole('heading', { name: '2 could not be read' }) });
    assert.equal(await broken.getByRole('listitem').count(), 2);
    assert.match(await broken.innerText(), /line \d+: it has neither a title nor a DOI/);
    assert.equal(await main(page).locator('.match').count(), 3);

    const twin = main(page).locator('.incoming > li').filter({ has: page.getByRole('heading', { name: altschul.title.slice(0, 60) }) });
    await twin.getByRole('link', { name: /^Merge field by field/ }).click();
    assert.match(await heading(page), /^Merge record \d+ field by field/);
    assert.match(await page.getByRole('row', { name: /^Volume/ }).innerText(), /Nothing[\s\S]*35/);
    assert.ok(await page.locator('input[name="take.volume"][value=theirs]').isChecked(), 'what is lacking is not taken over by itself');
    await page.locator('input[name="take.issue"][value=own]').check();
    await page.getByRole('button', { name: 'Merge like this' }).click();
    assert.equal(pathOf(page), upload);

    await page.getByRole('button', { name: 'Import all as chosen' }).click();
    await says(page, /Imported: 25 added as drafts, 1 merged, 2 left out/);
    await page.goto('/admin/studies?q=invented+town&status=draft');
    assert.match(await page.getByRole('status').first().innerText(), /^25 records/);
    await page.goto(`/admin/studies?q=${encodeURIComponent(altschul.title.slice(0, 40))}`);
    await main(page).getByRole('link', { name: altschul.title }).click();
    const record = pathOf(page);
    assert.equal(await standing(page), 'Draft beside the published text');
    assert.equal(await page.locator('#volume').inputValue(), '35');
    assert.equal(await page.locator('#issue').inputValue(), '');
    await asReader(async (reader) => {
      await reader.goto('/studies/altschul-2011');
      assert.doesNotMatch(await main(reader).innerText(), /159/);
    });

    await page.goto(upload);
    await page.getByRole('link', { name: 'What the import did, and undoing it' }).click();
    await page.getByRole('button', { name: 'Undo all of it' }).click();
    assert.match(await main(page).innerText(), /Undone by Ben Sample/);
    await page.goto('/admin/studies?q=invented+town&status=draft');
    assert.match(await page.getByRole('status').first().innerText(), /^(0|No) records/);
    await page.goto(record);
    assert.equal(await standing(page), 'Published');
    assert.equal(await page.locator('#volume').inputValue(), '');
    noFaults(faults);
  });
});

describe('a session that ends while someone types', () => {
  /** Logs in elsewhere, and ends every other session from there. */
  async function endElsewhere() {
    const elsewhere = await newCurator(browser, server.address, EVE);
    await elsewhere.page.goto('/admin/account');
    await elsewhere.page.getByRole('button', { name: 'End all but this one' }).click();
    await says(elsewhere.page, /You are logged in only here now/);
    await elsewhere.close();
    staff.delete(`${EVE.login} {}`);
  }

  for (const [how, word, options] of [['', 'oboe', {}], [', without scripts', 'piccolo', { scripts: false }]]) {
    test(`nothing that was typed is lost${how}`, async () => {
      const visitor = await newCurator(browser, server.address, EVE, options);
      const { page, faults } = visitor;
      try {
        const study = inventedStudy(word);
        await page.goto('/admin/studies/new');
        await fillIn(page, study);
        await endElsewhere();
        await save(page);
        assert.equal(await heading(page), 'Log in');
        await logIn(page, EVE);
        assert.equal(await heading(page), 'Go on where you were');
        await page.getByText('What you had typed').click();
        assert.match(await main(page).innerText(), new RegExp(word));
        await page.getByRole('button', { name: 'Go on' }).click();
        await says(page, /Saved as a draft/);
        assert.equal(await page.locator('#title').inputValue(), study.title);
        assert.equal(await page.locator('#authors').inputValue(), study.authors);
        assert.equal(await page.locator('#summary').inputValue(), study.summary);
        assert.ok(await page.locator('input[name=themes]').first().isChecked());
        noFaults(faults);
      } finally {
        await visitor.close();
      }
    });
  }

  test('someone else who logs in there does not get it', async () => {
    const visitor = await newCurator(browser, server.address, EVE);
    const { page, faults } = visitor;
    try {
      await page.goto('/admin/studies/new');
      await fillIn(page, inventedStudy('bagpipe'));
      await page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')));
      await endElsewhere();
      await page.goto('/admin/studies/new');
      assert.equal(await heading(page), 'Log in');
      await logIn(page, BEN);
      assert.notEqual(await page.locator('#title').inputValue(), inventedStudy('bagpipe').title);
      noFaults(faults);
    } finally {
      await visitor.close();
    }
  });

  test('what was typed and not saved is there when the window is opened again', async () => {
    const { context, page, faults } = await at(BEN);
    await page.goto('/admin/studies/new');
    await fillIn(page, { title: 'A title that nobody saved' });
    await page.goto('/admin');
    await page.waitForTimeout(500);
    const again = await context.newPage();
    await again.goto('/admin/studies/new');
    assert.match(await main(again).innerText(), /The form shows what you typed on .* and did not save/);
    assert.equal(await again.locator('#title').inputValue(), 'A title that nobody saved');
    await again.getByRole('button', { name: 'Throw it away and show the saved text' }).click();
    await again.waitForLoadState('load');
    assert.equal(await again.locator('#title').inputValue(), '');
    await again.close();
    noFaults(faults);
  });
});

describe('an account', () => {
  test('someone who is invited chooses a password, sets up a second factor, and is asked for it', async () => {
    const visitor = await newVisitor(browser, server.address);
    const { page, faults } = visitor;
    const password = 'eleven ships beside the mill';
    try {
      await page.goto(server.invitations.get(IVO.login));
      await page.getByLabel('New password').fill('short');
      await main(page).getByRole('button').click();
      assert.match(await page.getByRole('alert').innerText(), /12 characters/);
      await page.getByLabel('New password').fill(password);
      await main(page).getByRole('button').click();
      await settle(page);
      if (pathOf(page).startsWith('/log-in')) await logIn(page, { ...IVO, password });
      await page.goto('/admin/account');
      await page.getByRole('link', { name: 'Set up a second factor' }).click();
      await page.getByRole('button', { name: 'Show the picture for my authenticator' }).click();
      const letters = (await main(page).locator('code.copy').innerText()).toUpperCase();
      await page.getByLabel('Code').fill(codeOf(letters));
      await page.getByRole('button', { name: 'Turn it on' }).click();
      assert.equal(await heading(page), 'Your recovery codes');
      const [recovery] = await main(page).locator('.codes code').allInnerTexts();
      await page.getByRole('banner').getByRole('button', { name: 'Log out' }).click();
      await settle(page);

      await logIn(page, { ...IVO, password });
      assert.equal(await heading(page), 'Enter your code');
      await page.goto('/admin');
      assert.equal(await heading(page), 'Enter your code', 'the password alone lets in');
      await page.getByLabel('Code').fill('000000');
      await page.getByRole('button', { name: 'Go on' }).click();
      assert.ok(await page.getByRole('alert').count() === 1, 'a wrong code is not refused');
      await page.getByLabel('Code').fill(recovery);
      await page.getByRole('button', { name: 'Go on' }).click();
      await page.waitForURL('**/admin');
      assert.equal(await heading(page), 'Work at hand');
      noFaults(faults);
    } finally {
      await visitor.close();
    }
  });
});

describe('readers and curators', () => {
  test('a suggestion becomes a draft, and the words that nobody answered are listed', async () => {
    await asReader(async (page) => {
      await page.goto('/search?q=qwertyphone');
      await page.goto('/suggest');
      await page.getByRole('button', { name: 'Send the suggestion' }).click();
      assert.equal(await page.getByRole('alert').getByRole('link').count(), 2);
      await page.getByLabel('A DOI, an address or a title').fill('The marimba in invented classrooms');
      await page.getByLabel('Why it belongs here').fill('It says how invented families make music.');
      await page.getByRole('button', { name: 'Send the suggestion' }).click();
      assert.equal(await heading(page), 'Thank you for your suggestion');
    });
    const { page, faults } = await at(BEN);
    await page.goto('/admin');
    await main(page).getByRole('link', { name: '1 suggestions waiting' }).or(main(page).getByRole('link', { name: '1 suggestion waiting' })).click();
    await main(page).getByRole('button', { name: /^Accept: start a draft/ }).click();
    await page.waitForURL(/\/admin\/studies\/\d+/);
    assert.equal(await page.locator('#title').inputValue(), 'The marimba in invented classrooms');
    // They are written down every few seconds, all at once.
    for (let tries = 0; tries < 15; tries += 1) {
      await page.goto('/admin/searches');
      if (await page.getByRole('rowheader', { name: 'qwertyphone' }).count() === 1) break;
      await page.waitForTimeout(1000);
    }
    assert.equal(await page.getByRole('rowheader', { name: 'qwertyphone' }).count(), 1, 'the words are not listed');
    noFaults(faults);
  });

  test('many records are changed at once, after a look at what would change, and changed back', async () => {
    const { page, faults } = await at(EVE);
    await page.goto('/admin/studies?status=published');
    const boxes = main(page).locator('input[name=record]');
    for (const place of [0, 1, 2]) await boxes.nth(place).check();
    const action = page.getByLabel('With those that are ticked');
    const wanted = await action.locator('option').evaluateAll((options) => options.map((option) => option.value).find((value) => value === 'add:stages:post-16'));
    await action.selectOption(wanted);
    await page.getByRole('button', { name: 'Show what would change' }).click();
    assert.match(await page.getByRole('status').first().innerText(), /of 3 records would change/);
    await page.getByRole('button', { name: 'Make this change' }).click();
    await settle(page);
    if (!pathOf(page).startsWith('/admin/batches/')) {
      await page.goto('/admin/batches');
      await main(page).locator('table a').first().click();
    }
    await page.getByRole('button', { name: 'Undo all of it' }).click();
    assert.match(await main(page).innerText(), /Undone by Eve Fiction/);
    noFaults(faults);
  });

  test('one term takes the place of another in every record, for readers at once, and gives it back', async () => {
    const { page, faults } = await at(EVE);
    const before = studies.filter((study) => study.outcomes.includes('aspirations')).length;
    await page.goto('/admin/vocabularies/outcome/terms/aspirations');
    await page.getByRole('link', { name: 'Merge it into another term' }).click();
    await page.getByLabel('The term that takes its place').selectOption('wellbeing');
    await page.getByRole('button', { name: 'Show what would happen' }).click();
    await page.getByRole('button', { name: /^Merge .* into/ }).click();
    await settle(page);
    await asReader(async (reader) => {
      await reader.goto('/studies');
      assert.equal(await reader.locator('input[name=outcome][value=aspirations]').count(), 0);
    });
    await page.goto('/admin/batches');
    await main(page).locator('table a').first().click();
    await page.getByRole('button', { name: 'Undo all of it' }).click();
    assert.match(await main(page).innerText(), /Undone by/);
    await asReader(async (reader) => {
      await reader.goto('/studies?outcome=aspirations');
      assert.match(await reader.getByRole('status').first().innerText(), new RegExp(`^${before} stud`));
    });
    noFaults(faults);
  });
});
