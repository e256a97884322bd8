// A visitor without a mouse: Tab to a thing, see that it has the focus, use it.

import assert from 'node:assert/strict';
import { settle } from './browser.mjs';

const MOST_STEPS = 400;

/** Presses Tab until `wanted` (run in the page on the element with the focus, with `argument`) says yes. */
export async function tabTo(page, what, wanted, argument) {
  const source = `(argument) => { const element = document.activeElement; return Boolean(element) && (${wanted})(element, argument); }`;
  for (let steps = 0; steps < MOST_STEPS; steps += 1) {
    await page.keyboard.press('Tab');
    if (await page.evaluate(`(${source})(${JSON.stringify(argument ?? null)})`)) {
      await focusIsSeen(page, what);
      return;
    }
  }
  assert.fail(`${what} was not reached with ${MOST_STEPS} presses of Tab on ${page.url()}`);
}

export function tabToLink(page, path) {
  return tabTo(page, `the link to ${path}`, (element, target) =>
    element.tagName === 'A' && new URL(element.href).pathname + new URL(element.href).search === target
      && Boolean(element.closest('main')), path);
}

/** A focused element looks different from the same element without the focus, lies in the window, and nothing covers it. */
export async function focusIsSeen(page, what) {
  const box = await page.evaluate(() => {
    const element = document.activeElement;
    // A control drawn by its label (a hidden checkbox, say) is seen where its label is.
    const drawn = [element, ...(element.labels ?? [])].map((each) => each.getBoundingClientRect());
    const left = Math.min(...drawn.map((each) => each.left));
    const top = Math.min(...drawn.map((each) => each.top));
    const right = Math.max(...drawn.map((each) => each.right));
    const bottom = Math.max(...drawn.map((each) => each.bottom));
    const first = drawn.find((each) => each.width > 1 && each.height > 1) ?? drawn[0];
    const under = document.elementFromPoint(first.left + Math.min(first.width / 2, 30), first.top + first.height / 2);
    const around = [element, ...(element.labels ?? [])];
    const free = Boolean(under) && around.some((each) => each === under || each.contains(under) || under.contains(each));
    return { left, top, right, bottom, free, width: innerWidth, height: innerHeight };
  });
  assert.ok(box.bottom > 0 && box.top < box.height, `${what} has the focus but lies outside the window`);
  assert.ok(box.free, `${what} has the focus but something covers it`);
  const margin = 8;
  const left = Math.max(0, box.left - margin);
  const top = Math.max(0, box.top - margin);
  const clip = {
    x: left,
    y: top,
    width: Math.max(1, Math.min(box.width, box.right + margin) - left),
    height: Math.max(1, Math.min(box.height, box.bottom + margin) - top),
  };
  const picture = () => page.screenshot({ clip, animations: 'disabled' });
  const focused = await picture();
  const element = await page.evaluateHandle(() => {
    const held = document.activeElement;
    held.blur();
    return held;
  });
  const plain = await picture();
  await element.evaluate((held) => held.focus({ preventScroll: true, focusVisible: true }));
  await element.dispose();
  assert.ok(!focused.equals(plain), `${what} looks the same with and without the focus`);
}

/** Opens, by keyboard, whatever folded parts the control lies in. */
export async function unfoldByKeyboard(page, selector) {
  for (let level = 0; level < 4; level += 1) {
    if (await page.locator(selector).first().isVisible()) return;
    await tabTo(page, 'the heading of a folded part', (element, target) => {
      if (element.tagName !== 'SUMMARY') return false;
      const part = element.parentElement;
      return !part.open && part.contains(document.querySelector(target));
    }, selector);
    await page.keyboard.press('Enter');
    await page.waitForTimeout(50);
  }
}

/** Ticks a checkbox or chooses a radio button. */
export async function chooseByKeyboard(page, name, value) {
  const selector = `main input[name="${name}"][value="${value}"]`;
  await unfoldByKeyboard(page, selector);
  if (await page.locator(selector).first().getAttribute('type') === 'radio') {
    await tabTo(page, `the choices of ${name}`, (element, group) => element.type === 'radio' && element.name === group, name);
    for (let steps = 0; steps < 20; steps += 1) {
      const { reached, checked } = await page.evaluate((wanted) =>
        ({ reached: document.activeElement.value === wanted, checked: document.activeElement.checked }), value);
      if (reached) {
        if (!checked) await page.keyboard.press('Space');
        break;
      }
      await page.keyboard.press('ArrowDown');
    }
  } else {
    await tabTo(page, `${name} ${value}`, (element, wanted) => element.matches(wanted), selector);
    await page.keyboard.press('Space');
  }
  await settle(page);
  assert.ok(await page.locator(selector).first().isChecked(), `${name} ${value} was not chosen`);
}

/** Types into a field, or picks from a list by typing. */
export async function typeByKeyboard(page, name, text) {
  const selector = `main [name="${name}"]`;
  await unfoldByKeyboard(page, selector);
  await tabTo(page, `the field ${name}`, (element, wanted) => element.matches(wanted), selector);
  if (await page.locator(selector).first().evaluate((element) => element.tagName !== 'SELECT')) {
    await page.keyboard.press('Control+A');
  }
  await page.keyboard.type(text);
  await settle(page);
  assert.equal(await page.locator(selector).first().inputValue(), text);
}
