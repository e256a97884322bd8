// Pictures of the application for the README and the curators' guide: writes docs/img/*.png. Run with `npm run screenshots`.

import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { launch, newVisitor } from './browser.mjs';
import { ADA, BEN, fillIn, inventedStudy, newCurator, nextSteps, save, says, writeStudy } from './curator.mjs';
import { shrink } from './png.mjs';
import { root, startServer } from './server.mjs';
import { richestStudy, studies, themes } from './starter.mjs';

const SHOTS = [
  ['home', '/', { width: 1280, height: 900 }],
  ['studies', `/studies?theme=${themes[1].slug}&from=2010&to=2012`, { width: 1280, height: 1000 }],
  ['study', `/studies/${richestStudy.slug}`, { width: 1280, height: 1000 }],
  ['theme', `/evidence/${themes[0].slug}`, { width: 1280, height: 1000 }],
  ['home-phone', '/', { width: 360, height: 780 }],
  ['study-phone', `/studies/${richestStudy.slug}`, { width: 360, height: 780 }],
];
const REFERENCES = path.join(root, 'tests/fixtures/references/thirty.ris');
const GUIDE = { viewport: { width: 1100, height: 820 } };

const folder = path.join(root, 'docs/img');

/** Of the window; or of a part of the page, with some space around it. */
async function take(page, name, part) {
  const options = { animations: 'disabled' };
  if (part) {
    const margin = 16;
    const { x, y, width, height } = await part.evaluate((element) => {
      const box = element.getBoundingClientRect();
      return { x: box.x + scrollX, y: box.y + scrollY, width: box.width, height: box.height };
    });
    options.fullPage = true;
    options.clip = { x: x - margin, y: y - margin, width: width + 2 * margin, height: height + 2 * margin };
  }
  await writeFile(path.join(folder, `${name}.png`), shrink(await page.screenshot(options)));
  console.log(`docs/img/${name}.png`);
}

await mkdir(folder, { recursive: true });
const server = await startServer({ people: [ADA, BEN] });
const browser = await launch();
try {
  for (const [name, address, viewport] of SHOTS) {
    const visitor = await newVisitor(browser, server.address, { viewport });
    await visitor.page.goto(address);
    await take(visitor.page, name);
    await visitor.close();
  }
  await forTheGuide();
} finally {
  await browser.close();
  await server.stop();
}

/** A day at a research centre that does not exist. */
async function forTheGuide() {
  const { page: ada } = await newCurator(browser, server.address, ADA, GUIDE);
  const { page: ben } = await newCurator(browser, server.address, BEN, GUIDE);

  await writeStudy(ben, inventedStudy('bedtime story', { authors: 'Pattern, Dele' }), 'Save and submit for review');
  const sentBack = ben.url();
  await ada.goto(sentBack);
  await nextSteps(ada).getByText('Send back with a comment').click();
  await nextSteps(ada).getByLabel('What is to be mended').fill('Please add the page of the 120 families, and say in the summary how sure one can be.');
  await nextSteps(ada).getByRole('button', { name: 'Send back' }).click();
  await writeStudy(ada, inventedStudy('Saturday newspaper', { authors: 'Fiction, Cara' }), 'Save and submit for review');
  await writeStudy(ben, inventedStudy('library van', { summary: '', themes: [], sample_size: '' }));

  await take(ben, 'curators-form');
  await take(ben, 'curators-next-step', nextSteps(ben));
  await take(ben, 'curators-coded', ben.locator('#stages'));
  await ben.goto('/admin');
  await take(ben, 'curators-work');

  await ben.goto(sentBack);
  await fillIn(ben, {
    sample_description: '120 invented families of six-year-olds in a town that is on no map (page 14)',
    summary: inventedStudy('bedtime story').summary.replace('a little better.', 'a little better; with so few families that may be chance.'),
    note: 'Page and sureness added, as Ada asked',
  });
  await save(ben, 'Save and submit for review');
  await says(ben, /Submitted/);
  await nextSteps(ben).getByRole('link', { name: 'History and comments' }).click();
  await ada.goto(ben.url());
  await take(ada, 'curators-history');
  await ben.getByRole('link', { name: /^What it changed/ }).first().click();
  await take(ben, 'curators-differences', ben.getByRole('main'));

  await ben.goto('/admin/imports/new');
  await ben.getByLabel('File', { exact: true }).setInputFiles(REFERENCES);
  await ben.getByRole('button', { name: 'Read it' }).click();
  await ben.getByRole('button', { name: 'Import all as chosen' }).waitFor();
  const [altschul] = studies;
  const twin = ben.locator('.incoming > li').filter({ has: ben.getByRole('heading', { name: altschul.title.slice(0, 60) }) });
  await take(ben, 'curators-import');
  await take(ben, 'curators-duplicate', twin);
  await twin.getByRole('link', { name: /^Merge field by field/ }).click();
  await take(ben, 'curators-merge');
}
