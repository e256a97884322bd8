// Chromium and its pages: launching, one context per visitor, and what a visitor's page must never do.

import { existsSync } from 'node:fs';
import { chromium } from 'playwright-core';

const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
export const PHONE = { width: 360, height: 800 };
export const DESK = { width: 1280, height: 900 };

export function launch() {
  const candidates = [process.env.CHROMIUM, '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
  const executablePath = candidates.find((candidate) => candidate && existsSync(candidate));
  if (!executablePath) throw new Error('Chromium was not found: install it, or name it in CHROMIUM');
  return chromium.launch({ executablePath, args: FLAGS });
}

/**
 * A visitor with a browser of their own. Everything that no page may do is noted in `faults`: requests to anywhere else,
 * errors in the console (refusals by the Content-Security-Policy are such errors), failed scripts, missing files.
 */
export async function newVisitor(browser, address, { viewport = DESK, scheme = 'light', scripts = true } = {}) {
  const context = await browser.newContext({
    baseURL: address,
    viewport,
    colorScheme: scheme,
    javaScriptEnabled: scripts,
    reducedMotion: 'reduce',
    locale: 'en-GB',
  });
  context.setDefaultTimeout(10_000);
  context.setDefaultNavigationTimeout(20_000);
  const page = await context.newPage();
  const faults = [];
  context.on('request', (request) => {
    const url = new URL(request.url());
    if (url.origin !== address && url.protocol !== 'data:') faults.push(`request to somewhere else: ${url}`);
  });
  context.on('response', (response) => {
    const isPage = response.request().isNavigationRequest();
    if (response.status() >= (isPage ? 500 : 400)) faults.push(`${response.status()} for ${response.url()}`);
  });
  context.on('requestfailed', (request) => {
    // A page that is left before all of it has arrived is no fault.
    const reason = request.failure()?.errorText ?? '';
    if (reason !== 'net::ERR_ABORTED') faults.push(`request failed (${reason}): ${request.url()}`);
  });
  page.on('pageerror', (error) => faults.push(`script error: ${error.message}`));
  page.on('console', (message) => {
    const aboutThePageItself = /Failed to load resource/.test(message.text()) && message.location().url === page.url();
    if (message.type() === 'error' && !aboutThePageItself) faults.push(`console: ${message.text()}`);
  });
  return { context, page, faults, close: () => context.close() };
}

/** Waits until a page that changes itself, or goes elsewhere, after an action has come to rest. */
export async function settle(page) {
  await page.waitForTimeout(150);
  await page.waitForLoadState('load');
  await page.waitForLoadState('networkidle');
}
