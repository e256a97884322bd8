// Those who curate: accounts for the tests, logging in as a person does, and the steps that many journeys share.

import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { newVisitor } from './browser.mjs';

export const ADA = { login: 'ada', name: 'Ada Example', role: 'administrator', password: 'purple lantern on the stairs' };
export const BEN = { login: 'ben', name: 'Ben Sample', role: 'curator', password: 'quiet harbour with violins' };
export const EVE = { login: 'eve', name: 'Eve Fiction', role: 'editor', password: 'seven kettles in the orchard' };
/** Invited, without a password yet. */
export const IVO = { login: 'ivo', name: 'Ivo Pattern', role: 'curator' };
export const PEOPLE = [ADA, BEN, EVE, IVO];

/** Nothing of it exists: what a study must say to be published. `word` is one that no other record has. */
export function inventedStudy(word, more = {}) {
  return {
    title: `Reading the ${word} together: a trial that never was`,
    authors: 'Example, Ann\nSample, Bo',
    year: '2019',
    publication_type: 'journal-article',
    container_title: 'Nowhere Journal of Families',
    volume: '7',
    pages: '13–30',
    study_design: 'randomised-controlled-trial',
    sample_size: '120',
    sample_description: '120 invented families of six-year-olds in a town that is on no map',
    stages: ['primary'],
    countries: 'United Kingdom',
    outcomes: ['literacy'],
    summary: `Invented families read about the ${word} twice a week. In this fiction their children read a little better.`,
    key_findings: 'Reading scores rose a little\nAttendance did not change',
    implications_for_practice: 'Lend one book a week',
    themes: ['supporting-the-home-learning-environment'],
    ...more,
  };
}

export async function logIn(page, { login, password }) {
  // A session that has ended brings the form to the page where it was missed.
  if (await page.getByLabel('Password', { exact: true }).count() === 0) await page.goto('/log-in');
  await page.getByLabel('Login', { exact: true }).fill(login);
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByRole('button', { name: 'Log in' }).click();
}

/** A curator with a browser of their own, logged in and at their first page. */
export async function newCurator(browser, address, person, options = {}) {
  const visitor = await newVisitor(browser, address, options);
  await logIn(visitor.page, person);
  await visitor.page.waitForURL('**/admin');
  return visitor;
}

/** Fills in whatever the form of a study has under these names: lines, choices, ticks. */
export async function fillIn(page, fields) {
  const form = page.locator('form#edit');
  for (const [name, value] of Object.entries(fields)) {
    if (Array.isArray(value)) {
      for (const each of value) await form.locator(`input[name="${name}"][value="${each}"]`).check();
      continue;
    }
    const field = form.locator(`[name="${name}"]`).first();
    if (await field.getAttribute('type') === 'radio') await form.locator(`input[name="${name}"][value="${value}"]`).check();
    else if (await field.evaluate((element) => element.tagName === 'SELECT')) await field.selectOption(value);
    else await field.fill(value);
  }
}

/** The button of the form itself: not the hidden one that Enter presses, nor one of the next steps. */
export const formButton = (page, name) => page.locator('form#edit .edit-buttons').getByRole('button', { name, exact: true });
export const nextSteps = (page) => page.getByRole('complementary', { name: 'State of this record' });

export async function save(page, button = 'Save') {
  await formButton(page, button).click();
  await page.waitForLoadState('load');
}

/** What was just done, as the page says it. */
export async function says(page, words) {
  await page.locator('.said').waitFor();
  assert.match(await page.locator('.said').innerText(), words);
}

/** Writes a study by hand; the page is then that of the saved record. */
export async function writeStudy(page, fields, button = 'Save') {
  await page.goto('/admin/studies/new');
  await fillIn(page, fields);
  await save(page, button);
  assert.match(new URL(page.url()).pathname, /^\/admin\/(studies|records)\/\d+/, await page.locator('main').innerText());
  return Number(new URL(page.url()).pathname.match(/\d+/)[0]);
}

export const standing = async (page) => (await page.locator('.edit-standing .status').first().innerText()).trim();

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** The code that an authenticator shows for these letters (RFC 6238). */
export function codeOf(letters, time = Date.now()) {
  const bits = [...letters.replace(/[^A-Z2-7]/g, '')].map((letter) => LETTERS.indexOf(letter).toString(2).padStart(5, '0')).join('');
  const key = Buffer.from(bits.match(/.{8}/g).map((byte) => parseInt(byte, 2)));
  const step = Buffer.alloc(8);
  step.writeBigUInt64BE(BigInt(Math.floor(time / 30_000)));
  const hash = createHmac('sha1', key).update(step).digest();
  const word = hash.readUInt32BE(hash.at(-1) & 15) & 0x7fffffff;
  return String(word % 1_000_000).padStart(6, '0');
}
