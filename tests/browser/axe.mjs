// axe-core reads a page as assistive technology would, and checks it against the guidelines.

import { strict as assert } from 'node:assert';
import axe from 'axe-core';

/** WCAG 2.2 at level AA, and what axe recommends beyond it. */
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/** All rules; and those that depend on colours. */
const ALL = { type: 'tag', values: TAGS };
const COLOURS = { type: 'rule', values: ['color-contrast', 'link-in-text-block'] };

/** Asserts that axe finds no fault with a page, and leaves the window as large as the page. Needs a visitor with JavaScript. */
export function clean(page) {
  return check(page, ALL);
}

/** The same for a page already checked in other colours. */
export function cleanInColour(page) {
  return check(page, COLOURS);
}

async function check(page, runOnly) {
  await showWhole(page);
  await page.evaluate(axe.source);
  const { violations, incomplete, passes } = await page.evaluate((runOnly) => globalThis.axe.run(document, { runOnly }), runOnly);
  // A contrast that axe could not compute counts as insufficient.
  const unknown = incomplete.filter(({ id }) => id === 'color-contrast');
  assert.equal([...violations, ...unknown].map(told).join('\n'), '', `axe finds fault with ${page.url()}`);
  assert.ok(passes.some(({ id }) => id === 'color-contrast'), 'axe has computed no contrast');
}

/** axe cannot compute the contrast of content that is scrolled away or cut off. */
async function showWhole(page) {
  const width = 1280;
  await page.setViewportSize({ width, height: 740 });
  const height = await page.evaluate(() => document.documentElement.scrollHeight);
  await page.setViewportSize({ width, height });
}

/** The rule, the elements, and the remedy. */
function told({ id, help, nodes }) {
  const places = nodes.map(({ target, failureSummary }) => `  ${target.join(' ')}: ${failureSummary.replaceAll('\n', ' ')}`);
  return [`${id}: ${help}`, ...places].join('\n');
}
