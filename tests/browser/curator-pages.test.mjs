// Every page of the curators, in every state that looks different, and the readers' pages that came with them: on a phone in
// light and at a desk in dark. Accessible, valid, guarded, kept nowhere, and no wider than the window.

import assert from 'node:assert/strict';
import http from 'node:http';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { DESK, PHONE, launch, newVisitor, settle } from './browser.mjs';
import {
  accessible, guarded, noFaults, noSidewaysScroll, noSidewaysScrollWithTextSpacing, noSidewaysScrollWithWideFont, nothingInline, validHtml,
} from './checks.mjs';
import { ADA, BEN, EVE, IVO, PEOPLE, codeOf, fillIn, inventedStudy, logIn, nextSteps, save, says, writeStudy } from './curator.mjs';
import { root, startServer } from './server.mjs';
import { interventions, richestStudy, studies } from './starter.mjs';

const REFERENCES = path.join(root, 'tests/fixtures/references/thirty.ris');
const IVOS_PASSWORD = 'eleven ships beside the mill';
const NOTICES = 'Record ID,Title,Subject,Institution,Journal,Publisher,Country,Author,URLS,ArticleType,RetractionDate,RetractionDOI,'
  + 'RetractionPubMedID,OriginalPaperDate,OriginalPaperDOI,OriginalPaperPubMedID,RetractionNature,Reason,Paywalled,Notes\n';
const TABLE = 'Heading of the work;Who wrote it;Published in;Remarks\nAn invented study of very-long-words-without-any-break-at-all;"Example, Ann";2011;none\n';

/** Addresses that are only known once the records are there. */
const at = {};
const settings = ['phone', 'desk'];
let server;
let browser;
let crossref;
const visitors = new Map();
const htmlOf = new Map();

/**
 * A page as [its name, how to come to it, what is special about it]: an address, or steps that end at it. `isAgain` says that most
 * of the document is that of another page here, so that only its look is gone over again, which takes a third of the time.
 */
const PAGES = [
  ['log-in', '/log-in', { who: null }],
  ['log-in, refused', async (page) => { await page.goto('/log-in'); await logIn(page, { login: 'nobody', password: 'a wrong password' }); }, { who: null, status: 422 }],
  ['welcome', () => at.welcome, { who: null }],
  ['welcome, refused', async (page) => {
    await page.goto(at.welcome);
    await page.getByLabel('New password').fill('short');
    await page.getByRole('main').getByRole('button').click();
  }, { who: null, status: 422 }],
  ['welcome, run out', '/welcome/invitation/0000', { who: null, status: 410 }],
  ['code', async (page) => { await page.goto('/log-in'); await logIn(page, { ...IVO, password: IVOS_PASSWORD }); }, { who: null }],
  ['code, refused', async (page) => {
    await page.goto('/log-in');
    await logIn(page, { ...IVO, password: IVOS_PASSWORD });
    await page.getByLabel('Code').fill('000000');
    await page.getByRole('button', { name: 'Go on' }).click();
  }, { who: null, status: 422 }],
  ['after an expired session', async (page) => {
    await page.goto('/admin/studies/new');
    assert.match(await page.title(), /Log in/);
  }, { who: null, status: 200 }],

  ['work at hand', '/admin'],
  ['work at hand of a curator', '/admin', { who: BEN }],
  ['refused', '/admin/people', { who: BEN, status: 403 }],
  ['no such record', '/admin/studies/999999', { status: 404 }],

  ['studies', '/admin/studies'],
  ['studies, narrowed', '/admin/studies?q=invented&status=draft&needs=check'],
  ['studies, none', '/admin/studies?q=zzzzzz'],
  ['studies, second page', '/admin/studies?page=2', { isAgain: true }],
  ['interventions', '/admin/interventions'],
  ['themes', '/admin/themes'],
  ['questions', '/admin/questions'],
  ['pages', '/admin/pages'],

  ['new study', '/admin/studies/new'],
  ['study with effects', () => at.richest],
  ['study, sent back', () => at.sentBack, { who: BEN, isAgain: true }],
  ['study, in review', () => at.inReview, { isAgain: true }],
  ['study, withdrawn', () => at.withdrawn, { isAgain: true }],
  ['study, draft with an effect worked out', async (page) => {
    await page.goto(at.draft);
    await page.getByRole('button', { name: /^Add (an|another) effect$/ }).click();
    const effect = page.locator('.effect-fields').last();
    await effect.getByText('Work it out from what the paper reports').click();
    await effect.getByLabel('An odds ratio').check();
    await effect.getByLabel('Odds ratio', { exact: true }).fill('1.4');
    await effect.locator('.paper-for[data-for~=odds-ratio]').getByLabel('Its 95% interval from').fill('1.1');
    await effect.locator('.paper-for[data-for~=odds-ratio]').getByLabel('Its 95% interval to').fill('1.8');
    await effect.getByRole('button', { name: 'Work it out' }).click();
    await page.locator('.worked').waitFor();
  }],
  ['study, with errors', async (page) => {
    await page.goto('/admin/studies/new');
    await fillIn(page, {
      title: 'A faulty study', year: 'last year', doi: 'not a doi', url: 'nowhere', countries: 'Atlantis', sample_size: 'many', slug: 'NOT A SLUG',
      level: 'full-text',
    });
    await page.getByRole('button', { name: 'Add an effect' }).click();
    const effect = page.locator('.effect-fields').last();
    await effect.getByLabel('Estimate', { exact: true }).fill('a lot');
    await effect.getByLabel('95% interval from', { exact: true }).fill('2');
    await save(page);
  }, { status: 422 }],
  ['study, work out with errors', async (page) => {
    await page.goto('/admin/studies/new');
    await page.getByRole('button', { name: 'Add an effect' }).click();
    const effect = page.locator('.effect-fields').last();
    await effect.getByText('Work it out from what the paper reports').click();
    await effect.getByLabel('A t value').check();
    await effect.getByLabel('t', { exact: true }).fill('large');
    await effect.getByRole('button', { name: 'Work it out' }).click();
    await page.getByRole('alert').waitFor();
  }, { status: 422, isAgain: true }],
  ['study, authors shown and a theme searched', async (page) => {
    await page.goto('/admin/studies/new');
    await fillIn(page, { authors: 'Example, Ann\nCentre for Examples' });
    await page.getByRole('button', { name: 'Show how the authors are read' }).click();
    await page.locator('.authors-list').waitFor();
    await page.locator('#interventions input[type=search]').fill('reading');
    await page.locator('#interventions').getByRole('button').first().click();
  }, { isAgain: true }],
  ['study that somebody else saved', async (page) => {
    await page.goto(at.draft);
    await page.locator('input[name=seen]').first().evaluate((input) => { input.value = '1'; });
    await fillIn(page, { summary: 'Another text about the tuba, which nobody has seen before.' });
    await save(page);
  }, { status: 409, isAgain: true }],

  ['new intervention', '/admin/interventions/new'],
  ['intervention', () => at.intervention, { isAgain: true }],
  ['intervention, with errors', async (page) => {
    await page.goto('/admin/interventions/new');
    await fillIn(page, { website: 'nowhere', slug: 'NOT A SLUG', description: 'Cites [@no-such-study-1999] and [@altschul-2011].' });
    await save(page);
  }, { status: 422 }],
  ['new theme', '/admin/themes/new'],
  ['theme', () => at.theme],
  ['theme, with errors', async (page) => {
    await page.goto('/admin/themes/new');
    await fillIn(page, { position: 'first', slug: 'NOT A SLUG', key_messages: 'A message without studies.', narrative: 'Cites [@no-such-study-1999].' });
    await page.locator('[id="find.cite"]').fill('altschul');
    await save(page);
  }, { status: 422 }],
  ['theme, with studies to cite', async (page) => {
    await page.goto(at.theme);
    await page.locator('[id="find.cite"]').fill('reading');
    await page.getByRole('button', { name: /^Find\s+a study to cite/ }).click();
    await page.locator('.cite-found').waitFor();
  }],
  ['new question', '/admin/questions/new'],
  ['question', () => at.question, { isAgain: true }],
  ['question, with errors', async (page) => {
    await page.goto('/admin/questions/new');
    await fillIn(page, { slug: 'NOT A SLUG' });
    await save(page);
  }, { status: 422 }],
  ['new page', '/admin/pages/new'],
  ['page', () => at.page, { isAgain: true }],
  ['page, with errors', async (page) => { await page.goto('/admin/pages/new'); await fillIn(page, { title: 'Nowhere' }); await save(page); }, { status: 422 }],

  ['history', () => `/admin/records/${at.recordOfDraft}/history`],
  ['an earlier text', () => `/admin/records/${at.recordOfDraft}/history/1`],
  ['differences', () => `/admin/records/${at.recordOfDraft}/compare?from=1&to=2`],
  ['preview', () => `/admin/records/${at.recordOfDraft}/preview`],
  ['preview of a study with effects', () => at.richest.replace('/studies/', '/records/').concat('/preview')],
  ['withdraw', () => `/admin/records/${at.recordOfPublished}/withdraw`],
  ['withdraw, with errors', async (page) => {
    await page.goto(`/admin/records/${at.recordOfPublished}/withdraw`);
    await page.getByLabel('Where to go instead').fill('/studies/nowhere');
    await page.getByRole('main').getByRole('button', { name: 'Withdraw' }).click();
  }, { status: 422 }],
  ['many at once', async (page) => {
    await page.goto('/admin/studies');
    for (const place of [0, 1, 2]) await page.getByRole('main').locator('input[name=record]').nth(place).check();
    await page.getByLabel('With those that are ticked').selectOption('withdraw');
    await page.getByRole('button', { name: 'Show what would change' }).click();
  }],

  ['imports', '/admin/imports'],
  ['new import', '/admin/imports/new'],
  ['new import, with errors', async (page) => {
    await page.goto('/admin/imports/new');
    await page.getByLabel('Or paste references').fill('Nothing that any program could read');
    await page.getByRole('button', { name: 'Read it' }).click();
  }, { status: 422 }],
  ['import, columns', () => at.mapping],
  ['import, columns with errors', async (page) => {
    await page.goto(at.mapping);
    for (const select of await page.getByRole('main').locator('select').all()) await select.selectOption('ignore');
    await page.getByRole('button', { name: 'Read it' }).click();
  }, { status: 422 }],
  ['import, being read', () => at.reading],
  ['import, preview', () => at.ready],
  ['import, merge', () => at.merge],
  ['import, done', () => at.imported],
  ['import, thrown away', () => at.discarded],
  ['import, failed', () => at.failed],
  ['batches', '/admin/batches'],
  ['batch', () => at.batch],
  ['batch that was built on', () => at.builtOn],
  ['batch, undone', () => at.undone],

  ['vocabularies', '/admin/vocabularies'],
  ['vocabulary', '/admin/vocabularies/outcome'],
  ['vocabulary, new term with errors', async (page) => {
    await page.goto('/admin/vocabularies/outcome');
    await page.getByRole('button', { name: 'Add the term' }).click();
  }, { status: 422 }],
  ['vocabulary, description with errors', async (page) => {
    await page.goto('/admin/vocabularies/outcome');
    await page.getByLabel('Label of the vocabulary').fill('');
    await page.getByRole('button', { name: 'Save', exact: true }).click();
  }, { status: 422 }],
  ['term', '/admin/vocabularies/outcome/terms/literacy'],
  ['term, with errors', async (page) => {
    await page.goto('/admin/vocabularies/outcome/terms/literacy');
    await page.getByLabel('Label', { exact: true }).fill('');
    await page.getByRole('button', { name: 'Save', exact: true }).click();
  }, { status: 422 }],
  ['merge a term', '/admin/vocabularies/outcome/terms/aspirations/merge?into=wellbeing'],
  ['merge a term, into none', '/admin/vocabularies/outcome/terms/aspirations/merge'],
  ['synonyms', '/admin/vocabularies/synonyms'],
  ['synonyms, only read', async (page) => {
    await page.goto('/admin/vocabularies/synonyms');
    await page.getByLabel('Words that mean the same').fill('dad, father, daddy\nhead teacher, headmaster');
    await page.getByRole('button', { name: 'Only show how they are read' }).click();
  }],

  ['suggestions', '/admin/suggestions'],
  ['suggestion, declined without a reason', async (page) => {
    await page.goto('/admin/suggestions');
    const first = page.locator('.queue-item').first();
    await first.getByText(/^Decline/).first().click();
    await first.getByRole('button', { name: 'Decline' }).click();
  }, { status: 422 }],
  ['suggestion, to a record', () => at.suggestion],
  ['suggestion, to no record', async (page) => {
    await page.goto(`${at.suggestion}?q=reading`);
    await page.getByRole('button', { name: 'Add the suggestion to this record' }).click();
  }, { status: 422 }],
  ['searches in vain', '/admin/searches'],
  ['links', '/admin/links'],
  ['retractions', '/admin/retractions'],
  ['retractions as an editor sees them', '/admin/retractions', { who: EVE }],
  ['retractions, with errors', async (page) => {
    await page.goto('/admin/retractions');
    await page.getByRole('button', { name: 'Read the file' }).click();
  }, { status: 422 }],

  ['people', '/admin/people'],
  ['invite', '/admin/people/new'],
  ['invite, with errors', async (page) => {
    await page.goto('/admin/people/new');
    await sendAnyway(page, 'Make the invitation');
  }, { status: 422 }],
  ['invitation', async (page) => {
    await page.goto('/admin/people/new');
    await page.getByLabel('Name').fill('Somebody Invented');
    await page.getByLabel('Login').fill(`somebody.${Math.random().toString(36).slice(2)}@nowhere.example`);
    await page.getByLabel('Curator', { exact: true }).check();
    await page.getByRole('button', { name: 'Make the invitation' }).click();
  }],
  ['person', () => at.person],
  ['person, with errors', async (page) => {
    await page.goto(at.person);
    await page.getByRole('textbox', { name: 'Name' }).fill('');
    await sendAnyway(page, 'Save this account');
  }, { status: 422 }],
  ['oneself', () => at.oneself],
  ['settings', '/admin/settings'],
  ['settings, with errors', async (page) => {
    await page.goto('/admin/settings');
    await page.getByLabel(/^Minutes without use/).fill('1');
    await page.getByLabel(/^Hours after which/).fill('99');
    await page.getByLabel('Name of the site').fill('');
    await sendAnyway(page, 'Save these settings');
  }, { status: 422 }],
  ['audit log', '/admin/audit'],
  ['audit log, narrowed', '/admin/audit?action=published'],
  ['audit log, none', '/admin/audit?record=nowhere'],
  ['audit log, with errors', '/admin/audit?from=yesterday'],

  ['account', '/admin/account'],
  ['account, with errors', async (page) => {
    await page.goto('/admin/account');
    await page.getByLabel('Present password').fill('not my password');
    await page.getByLabel('New password').fill('short');
    await page.getByRole('button', { name: 'Set this password' }).click();
  }, { status: 422 }],
  ['second factor', '/admin/account/second-factor'],
  ['second factor, being set up', async (page) => {
    await page.goto('/admin/account/second-factor');
    await page.getByRole('button', { name: /Show the picture|Show another one/ }).click();
    await page.locator('.qr').waitFor();
  }],
  ['second factor, wrong code', async (page) => {
    await page.goto('/admin/account/second-factor');
    await page.getByRole('button', { name: /Show the picture|Show another one/ }).click();
    await page.getByLabel('Code').fill('000000');
    await page.getByRole('button', { name: 'Turn it on' }).click();
  }, { status: 422 }],
  ['second factor, on', '/admin/account/second-factor', { who: IVO }],
  ['second factor, wrong password', async (page) => {
    await page.goto('/admin/account/second-factor');
    await page.getByLabel('Present password').first().fill('not my password');
    await page.getByRole('button', { name: 'Make new recovery codes' }).click();
  }, { who: IVO, status: 422 }],
  ['recovery codes', async (page) => {
    await page.goto('/admin/account/second-factor');
    await page.getByLabel('Present password').first().fill(IVOS_PASSWORD);
    await page.getByRole('button', { name: 'Make new recovery codes' }).click();
    await page.locator('.codes').waitFor();
  }, { who: IVO }],

  ['suggest', '/suggest', { who: null, isPublic: true }],
  ['suggest, with errors', async (page) => {
    await page.goto('/suggest');
    await page.getByLabel(/^Your e-mail address/).fill('nobody@nowhere');
    await page.getByRole('button', { name: 'Send the suggestion' }).click();
  }, { who: null, isPublic: true, status: 422 }],
  ['suggest, thanks', '/suggest/thanks', { who: null, isPublic: true }],
  ['changes', '/changes', { who: null, isPublic: true }],
  ['versions', () => `${at.published}/versions`, { who: null, isPublic: true }],
  ['an earlier version', () => `${at.published}/versions/1`, { who: null, isPublic: true }],
  ['withdrawn', () => at.gone, { who: null, isPublic: true, status: 410 }],
];

/** Sends a form without the browser's own checks, as other programs do. */
async function sendAnyway(page, button) {
  await page.evaluate(() => { for (const form of document.forms) form.noValidate = true; });
  await page.getByRole('button', { name: button }).click();
}

/** A visitor whose newest document is at hand as it crossed the wire. */
async function newWatched(viewport, scheme) {
  const visitor = await newVisitor(browser, server.address, { viewport, scheme });
  visitor.viewport = viewport;
  visitor.document = null;
  visitor.page.on('response', (response) => {
    const request = response.request();
    if (request.isNavigationRequest() && (response.status() < 300 || response.status() > 399)) visitor.document = response;
  });
  return visitor;
}

/** One visitor for each person (or nobody) and setting. */
async function visitorOf(who, setting) {
  const key = `${who?.login} ${setting}`;
  if (!visitors.has(key)) {
    const visitor = await newWatched(setting === 'phone' ? PHONE : DESK, setting === 'phone' ? 'light' : 'dark');
    visitors.set(key, visitor);
    if (who === IVO) {
      await logIn(visitor.page, { ...IVO, password: IVOS_PASSWORD });
      await visitor.page.getByLabel('Code').fill(at.recoveryCodes.pop());
      await visitor.page.getByRole('button', { name: 'Go on' }).click();
    } else if (who) {
      await logIn(visitor.page, who);
    }
    if (who) await visitor.page.waitForURL('**/admin');
  }
  return visitors.get(key);
}

before(async () => {
  // Crossref never answers, so that a file can be seen while it is being read.
  crossref = http.createServer(() => {}).listen(0, '127.0.0.1');
  await new Promise((resolve) => crossref.once('listening', resolve));
  server = await startServer({ people: PEOPLE, options: ['--crossref-url', `http://127.0.0.1:${crossref.address().port}`] });
  browser = await launch();
  await bringAbout();
});

after(async () => {
  await browser?.close();
  crossref?.closeAllConnections();
  crossref?.close();
  await server?.stop();
});

/** Everything that the pages show. */
async function bringAbout() {
  const pathOf = (page) => new URL(page.url()).pathname;
    const nobody = (await visitorOf(null, 'desk')).page;
  at.welcome = server.invitations.get(IVO.login);

  // Ivo accepts his invitation in the end, so another one shows the page.
  await nobody.goto(at.welcome);
  await nobody.getByLabel('New password').fill(IVOS_PASSWORD);
  await nobody.getByRole('main').getByRole('button').click();
  await nobody.waitForLoadState('load');
  if (!pathOf(nobody).startsWith('/admin')) await logIn(nobody, { ...IVO, password: IVOS_PASSWORD });
  await nobody.goto('/admin/account/second-factor');
  await nobody.getByRole('button', { name: 'Show the picture for my authenticator' }).click();
  await nobody.getByLabel('Code').fill(codeOf((await nobody.locator('code.copy').innerText()).toUpperCase()));
  await nobody.getByRole('button', { name: 'Turn it on' }).click();
  at.recoveryCodes = await nobody.locator('.codes code').allInnerTexts();
  await nobody.getByRole('banner').getByRole('button', { name: 'Log out' }).click();
  await settle(nobody);

  const ben = (await visitorOf(BEN, 'desk')).page;
  const ada = (await visitorOf(ADA, 'desk')).page;

  await ada.goto('/admin/people/new');
  await ada.getByLabel('Name').fill('Una Imagined');
  await ada.getByLabel('Login').fill('una');
  await ada.getByLabel('Curator', { exact: true }).check();
  await ada.getByRole('button', { name: 'Make the invitation' }).click();
  at.welcome = new URL(await ada.locator('code.copy').innerText()).pathname;
  await ada.goto('/admin/people');
  at.person = await ada.getByRole('link', { name: IVO.name }).getAttribute('href');
  at.oneself = await ada.getByRole('main').getByRole('link', { name: ADA.name }).getAttribute('href');

  for (const [key, list, words] of [
    ['richest', 'studies', richestStudy.title], ['intervention', 'interventions', interventions[0].name], ['theme', 'themes', ''],
    ['question', 'questions', ''], ['page', 'pages', ''],
  ]) {
    await ada.goto(`/admin/${list}?q=${encodeURIComponent(words)}`);
    const row = ada.locator('tbody th a');
    at[key] = await row.count() > 0 ? await row.first().getAttribute('href') : `/admin/${list}/new`;
  }

  at.recordOfDraft = await writeStudy(ben, inventedStudy('tuba'));
  at.draft = pathOf(ben);
  await fillIn(ben, { summary: 'Invented families read about the tuba every day, and liked it.', authors: 'Example, Ann', stages: ['secondary'], pages: '' });
  await save(ben);
  await ben.goto(`/admin/records/${at.recordOfDraft}/history`);
  await ben.getByLabel('Comment', { exact: true }).fill('Does anybody have the paper?');
  await ben.getByRole('button', { name: 'Add the comment' }).click();
  await writeStudy(ben, inventedStudy('viola'), 'Save and submit for review');
  at.inReview = pathOf(ben);
  await writeStudy(ben, inventedStudy('cello'), 'Save and submit for review');
  at.sentBack = pathOf(ben);
  await ada.goto(at.sentBack);
  await nextSteps(ada).getByText('Send back with a comment').click();
  await nextSteps(ada).getByLabel('What is to be mended').fill('Where do these numbers come from?');
  await nextSteps(ada).getByRole('button', { name: 'Send back' }).click();

  at.recordOfPublished = await writeStudy(ada, inventedStudy('flute'));
  await nextSteps(ada).getByRole('button', { name: 'Publish' }).click();
  await says(ada, /Published/);
  at.published = await nextSteps(ada).getByRole('link', { name: 'What readers see now' }).getAttribute('href');
  await fillIn(ada, { key_findings: 'Reading scores rose\nNothing else was looked at' });
  await save(ada);
  await nextSteps(ada).getByRole('button', { name: 'Publish' }).click();
  await writeStudy(ada, inventedStudy('lute'));
  at.withdrawn = pathOf(ada);
  await nextSteps(ada).getByRole('button', { name: 'Publish' }).click();
  await says(ada, /Published/);
  at.gone = await nextSteps(ada).getByRole('link', { name: 'What readers see now' }).getAttribute('href');
  await nextSteps(ada).getByRole('link', { name: 'Withdraw it from readers' }).click();
  await ada.getByLabel('Reason, for readers').fill('It was invented.');
  await ada.getByRole('main').getByRole('button', { name: 'Withdraw' }).click();

  const send = async (text, button = 'Import all as chosen') => {
    await ada.goto('/admin/imports/new');
    await ada.getByLabel('Or paste references').fill(text);
    await ada.getByRole('button', { name: 'Read it' }).click();
    if (button) await ada.getByRole('button', { name: button }).waitFor();
    return pathOf(ada);
  };
  const ris = (title) => `TY  - JOUR\nAU  - Example, Ann\nPY  - 2001\nTI  - ${title}\nER  - \n`;
  for (const [key, title] of [['imported', 'The invented drum'], ['importedToo', 'The imagined gong']]) {
    at[key] = await send(ris(title));
    await ada.getByRole('button', { name: 'Import all as chosen' }).click();
    await says(ada, /Imported/);
    at[`batchOf ${key}`] = await ada.getByRole('link', { name: 'What the import did, and undoing it' }).getAttribute('href');
  }
  at.builtOn = at['batchOf imported'];
  await ada.goto(at.builtOn);
  await ada.getByRole('main').getByRole('link', { name: 'The invented drum' }).click();
  await fillIn(ada, { year: '2002' });
  await save(ada);
  at.undone = at['batchOf importedToo'];
  await ada.goto(at.undone);
  await ada.getByRole('button', { name: 'Undo all of it' }).click();
  await send(ris('The pretended bell'));
  await ada.getByRole('button', { name: 'Import all as chosen' }).click();
  at.batch = await ada.getByRole('link', { name: 'What the import did, and undoing it' }).getAttribute('href');
  at.discarded = await send(ris('Thrown away'));
  await ada.getByRole('button', { name: 'Throw the file away' }).click();
  at.failed = await send('TY  - JOUR\nER  - \n', null);
  at.mapping = await send(TABLE, 'Read it');
  await ada.goto('/admin/imports/new');
  await ada.getByLabel('File', { exact: true }).setInputFiles(REFERENCES);
  await ada.getByRole('button', { name: 'Read it' }).click();
  await ada.getByRole('button', { name: 'Import all as chosen' }).waitFor();
  at.ready = pathOf(ada);
  at.merge = await ada.getByRole('link', { name: /^Merge field by field/ }).first().getAttribute('href');
  at.reading = await send('10.5555/never\n10.5555/answered\n', null);

  for (const [work, why] of [
    [`https://doi.org/${studies.find((study) => study.doi).doi}`, 'It is about invented fathers.'],
    ['An-invented-title-that-is-one-very-long-word-and-finds-no-place-to-break-anywhere-on-a-phone', 'Because.'],
  ]) {
    await nobody.goto('/suggest');
    await nobody.getByLabel('A DOI, an address or a title').fill(work);
    await nobody.getByLabel('Why it belongs here').fill(why);
    await nobody.getByLabel(/^Your e-mail address/).fill('reader@nowhere.example');
    await nobody.getByRole('button', { name: 'Send the suggestion' }).click();
  }
  await nobody.goto('/search?q=qwertyphone');
  await ada.goto('/admin/suggestions');
  at.suggestion = await ada.getByRole('link', { name: /^Add to a record/ }).first().getAttribute('href');

  const withDoi = studies.filter((study) => study.doi);
  const notice = (number, study, nature) => `${number},x,,,,,,,,Research Article,3/14/2024 0:00,10.5555/notice.${number},0,1/1/2010 0:00,${study.doi},0,${nature},+Invented;,No,\n`;
  await ada.goto('/admin/retractions');
  await ada.getByLabel('File', { exact: true }).setInputFiles({
    name: 'notices.csv', mimeType: 'text/csv',
    buffer: Buffer.from(NOTICES + notice(1, withDoi[0], 'Retraction') + notice(2, withDoi[1], 'Correction') + notice(3, withDoi[2], 'Expression of concern')),
  });
  await ada.getByRole('button', { name: 'Read the file' }).click();
  await ada.getByRole('button', { name: /^Confirm: tell readers/ }).first().click();
  await ada.getByRole('button', { name: /^Dismiss/ }).first().click();

  const [dead, failing, shy] = studies.filter((study) => study.url).map((study) => study.url.replaceAll("'", "''"));
  const day = '2026-11-20T03:00:00Z';
  await server.sql(`DELETE FROM link;
    INSERT INTO link (url, checked_at, status, problem, failures, failing_since) VALUES
      ('${dead}', '${day}', 404, 'There is nothing at this address', 5, '2026-11-01T03:00:00Z'),
      ('${failing}', '${day}', 503, 'The server has a fault', 1, '${day}'),
      ('${shy}', '${day}', 403, 'The server does not let programs look', 0, NULL)`);
}

for (const [name, way, { who = ADA, status = 200, isPublic = false, isAgain = false } = {}] of PAGES) {
  test(name, { timeout: 60_000 }, async () => {
    // Both at once; neither is left behind at work when the other has failed.
    const outcomes = await Promise.allSettled(settings.map(async (setting) => {
      const visitor = await visitorOf(who, setting);
      const { context, page, faults } = visitor;
      if (who === null) await context.clearCookies();
      await page.setViewportSize(visitor.viewport);
      if (name === 'import, being read') await withoutRefresh(page);
      faults.length = 0;
      visitor.document = null;
      const address = typeof way === 'string' ? way : await way(page);
      if (address) await page.goto(address);
      await page.waitForLoadState('load');

      const answer = visitor.document;
      const about = `${setting}: ${page.url()}`;
      if (setting === 'desk') htmlOf.set(name, await answer.text());
      assert.equal(answer.status(), status, about);
      if (setting === 'desk') {
        const headers = await answer.allHeaders();
        assert.match(headers['content-type'], /^text\/html; ?charset=utf-8$/i);
        guarded(headers, { cookies: !isPublic });
        if (!isPublic) assert.equal(headers['cache-control'], 'no-store', `${about} may be kept`);
        nothingInline(htmlOf.get(name));
        await saysWhatItIs(page, status);
      }
      await accessible(page, { looks: isAgain || setting === 'desk' });
      if (setting === 'phone') {
        await noSidewaysScroll(page, PHONE.width);
        await noSidewaysScroll(page, 320);
        await noSidewaysScrollWithTextSpacing(page, PHONE.width);
        await noSidewaysScrollWithWideFont(page, PHONE.width);
      }
      noFaults(faults);
    }));
    for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
  });
}

/** The page that looks again by itself would be gone before it is looked at. */
async function withoutRefresh(page) {
  await page.route('**/admin/imports/*', async (route) => {
    const response = await route.fetch();
    const headers = response.headers();
    delete headers.refresh;
    await route.fulfill({ response, headers });
  });
}

async function saysWhatItIs(page, status) {
  assert.ok((await page.title()).length >= 5, 'the title is missing or too short');
  assert.equal(await page.getByRole('heading', { level: 1 }).count(), 1, 'there is not exactly one heading of level 1');
  assert.match(await page.locator('html').getAttribute('lang'), /^en(-GB)?$/);
  for (const role of ['banner', 'main', 'contentinfo']) {
    assert.equal(await page.getByRole(role).count(), 1, `there is not exactly one ${role}`);
  }
  if (status !== 422) return;
  assert.match(await page.title(), /^Error: /, 'the title does not say that something is wrong');
  const links = await page.getByRole('alert').first().getByRole('link').all();
  assert.ok(links.length > 0, 'no summary of what is wrong');
  for (const link of links) {
    const target = await link.getAttribute('href');
    assert.equal(await page.locator(`[id="${target.slice(1)}"]`).count(), 1, `the summary leads to ${target}, which is not there once`);
  }
}

describe('all pages together', () => {
  test('are valid HTML', async () => {
    assert.equal(htmlOf.size, PAGES.length, 'not every page could be read');
    await validHtml(htmlOf);
  });
});
