// What every page must satisfy, whatever it is about: accessibility, valid HTML, weight, no scroll sideways, no trace of the visitor.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import http from 'node:http';
import os from 'node:os';
import path from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';

const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
const WEIGHT_LIMIT = 60_000;

/** The rules whose verdict can change with colours and the width of the window; the others look at the document alone. */
const LOOKS = ['color-contrast', 'link-in-text-block', 'target-size', 'scrollable-region-focusable'];

/** axe finds nothing to complain about. `looks` leaves out what another look of the same document has told already. */
export async function accessible(page, { looks = false } = {}) {
  const runOnly = looks ? { type: 'rule', values: LOOKS } : { type: 'tag', values: TAGS };
  // Our pages have no frames, for which alone the other mode opens a page of its own each time.
  const axe = new AxeBuilder({ page }).setLegacyMode(true).options({ runOnly, resultTypes: ['violations'] });
  const { violations } = await axe.analyze();
  const found = violations.flatMap((rule) => rule.nodes.map((node) =>
    `${rule.id} (${rule.impact}): ${rule.help}\n    ${node.target.join(' ')}\n    ${node.html.slice(0, 200)}\n    ${node.failureSummary ?? ''}`));
  assert.equal(found.length, 0, `axe found ${found.length} faults on ${page.url()}:\n  ${found.slice(0, 8).join('\n  ')}`);
}

/** Nothing sticks out at the side. Names the widest elements when something does. */
export async function noSidewaysScroll(page, width) {
  const height = page.viewportSize().height;
  await page.setViewportSize({ width, height });
  const { scroll, client, culprits } = await page.evaluate(() => {
    const { scrollWidth, clientWidth } = document.documentElement;
    const clips = (element) => {
      for (let box = element.parentElement; box && box !== document.body; box = box.parentElement) {
        if (getComputedStyle(box).overflowX !== 'visible') return true;
      }
      return false;
    };
    const wide = scrollWidth <= clientWidth ? [] : [...document.body.querySelectorAll('*')]
      .filter((element) => element.getBoundingClientRect().right > clientWidth + 1 && !clips(element))
      .slice(0, 5)
      .map((element) => element.outerHTML.slice(0, 120));
    return { scroll: scrollWidth, client: clientWidth, culprits: wide };
  });
  assert.ok(scroll <= client, `${page.url()} is ${scroll} px wide in a window of ${client} px:\n  ${culprits.join('\n  ')}`);
}

/** WCAG 1.4.12: with the reader's own text spacing nothing sticks out either. Put in as the reader's style, which no policy refuses. */
export async function noSidewaysScrollWithTextSpacing(page, width) {
  await page.evaluate(() => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync('* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important }'
      + ' p { margin-block-end: 2em !important }');
    document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
  });
  await noSidewaysScroll(page, width);
  await page.evaluate(() => { document.adoptedStyleSheets = document.adoptedStyleSheets.slice(0, -1); });
}

/** Readers' machines have other fonts than ours: with one of the widest nothing sticks out either. */
export async function noSidewaysScrollWithWideFont(page, width) {
  await page.evaluate(() => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync('* { font-family: "DejaVu Sans", Verdana, sans-serif !important }');
    document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
  });
  await noSidewaysScroll(page, width);
  await page.evaluate(() => { document.adoptedStyleSheets = document.adoptedStyleSheets.slice(0, -1); });
}

/** The visitor leaves as they came: no cookie, nothing in the browser's stores. */
export async function leavesNoTrace({ context, page }) {
  assert.deepEqual(await context.cookies(), [], 'a page set a cookie');
  const stored = await page.evaluate(() => localStorage.length + sessionStorage.length);
  assert.equal(stored, 0, 'a page kept something in the browser');
}

export function noFaults(faults) {
  assert.deepEqual(faults, [], `the browser complained:\n  ${faults.join('\n  ')}`);
}

/** One answer as it crosses the wire: not decompressed, no redirect followed. */
export function get(url, headers = {}) {
  return new Promise((resolve, reject) => {
    http.get(url, { headers, agent: false }, (response) => {
      const chunks = [];
      response.on('data', (chunk) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => resolve({ status: response.statusCode, headers: response.headers, body: Buffer.concat(chunks) }));
    }).on('error', reject);
  });
}

/** HTML, style sheets and scripts of a page, as compressed on the wire, stay under the limit together. */
export async function light(address, pagePath, html) {
  const parts = [pagePath, ...filesOf(html)];
  const sizes = await Promise.all(parts.map(async (part) => {
    const answer = await get(new URL(part, address), { 'Accept-Encoding': 'br, gzip' });
    return answer.body.length;
  }));
  const total = sizes.reduce((sum, size) => sum + size, 0);
  const list = parts.map((part, index) => `${part} ${sizes[index]}`).join(', ');
  assert.ok(total < WEIGHT_LIMIT, `${pagePath} weighs ${total} bytes compressed, over ${WEIGHT_LIMIT}: ${list}`);
  return total;
}

/** Addresses of the style sheets and scripts that a page loads. */
function filesOf(html) {
  const tags = html.match(/<(?:link|script)\b[^>]*>/gi) ?? [];
  const files = tags.flatMap((tag) => {
    const value = (name) => tag.match(new RegExp(`\\b${name}\\s*=\\s*["']?([^"'\\s>]+)`, 'i'))?.[1];
    if (/^<script/i.test(tag)) return value('src') ?? [];
    return /\brel\s*=\s*["']?(?:stylesheet|modulepreload)/i.test(tag) ? value('href') ?? [] : [];
  });
  return [...new Set(files)];
}

/** Our policy refuses styles and scripts inside the page, so none may be written there. */
export function nothingInline(html) {
  const found = [
    ...(html.match(/<style\b[^>]*>/gi) ?? []),
    ...(html.match(/<[^>]+\sstyle\s*=[^>]*>/gi) ?? []),
    ...(html.match(/<[^>]+\son[a-z]+\s*=[^>]*>/gi) ?? []),
    // Data in a script element is not run: JSON-LD is allowed.
    ...(html.match(/<script\b(?![^>]*\bsrc\s*=)(?![^>]*application\/(?:ld\+)?json)[^>]*>/gi) ?? []),
  ];
  assert.deepEqual(found, [], 'styles or scripts are written inside the page');
}

/** The headers that every answer carries. Only whoever logs in gets a cookie. */
export function guarded(headers, { cookies = false } = {}) {
  const policy = headers['content-security-policy'] ?? '';
  assert.match(policy, /default-src 'none'/);
  assert.match(policy, /frame-ancestors 'none'/);
  assert.match(policy, /base-uri 'none'/);
  assert.match(policy, /form-action 'self'/);
  assert.doesNotMatch(policy, /unsafe-/);
  assert.equal(headers['x-content-type-options'], 'nosniff');
  for (const name of ['referrer-policy', 'cross-origin-opener-policy', 'cross-origin-resource-policy', 'cross-origin-embedder-policy', 'permissions-policy']) {
    assert.ok(headers[name], `the header ${name} is missing`);
  }
  if (!cookies) assert.equal(headers['set-cookie'], undefined, 'a cookie is set');
}

/** Runs the Nu HTML checker once over many pages (it takes seconds to start). `pages` maps a name to its HTML. */
export async function validHtml(pages) {
  const jar = path.join(path.dirname(createRequire(import.meta.url).resolve('vnu-jar/package.json')), 'build/dist/vnu.jar');
  const folder = await mkdtemp(path.join(os.tmpdir(), 'ewf-html-'));
  try {
    const names = new Map();
    for (const [name, html] of pages) {
      const file = path.join(folder, `${names.size}.html`);
      names.set(`${names.size}.html`, name);
      await writeFile(file, html);
    }
    const { failure, output } = await new Promise((resolve) => {
      execFile('java', ['-jar', jar, '--errors-only', '--format', 'json', '--stdout', '--exit-zero-always', folder],
        { maxBuffer: 50_000_000 }, (error, stdout, stderr) => resolve({ failure: error, output: stdout || stderr }));
    });
    if (failure) throw new Error(`The HTML checker did not run: ${failure.message}\n${output.slice(0, 2000)}`);
    const found = JSON.parse(output).messages;
    // The same fault in fifty rows of a table is told once.
    const kinds = new Map();
    for (const { url, lastLine, message, extract } of found) {
      const kind = message.replaceAll(/\d+/g, '#');
      const told = `${names.get(path.basename(url ?? '')) ?? url}, line ${lastLine}: ${message}\n    ${(extract ?? '').replaceAll('\n', ' ')}`;
      kinds.set(kind, [...(kinds.get(kind) ?? []), told]);
    }
    const messages = [...kinds.values()].map((told) => told.length > 1 ? `${told[0]}\n    and ${told.length - 1} times more` : told[0]);
    assert.equal(found.length, 0, `the HTML checker found ${found.length} errors of ${messages.length} kinds:\n  ${messages.slice(0, 40).join('\n  ')}`);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
