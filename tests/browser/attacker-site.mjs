// A foreign website: an application that sends users to us, or an attacker's page.

import { strict as assert } from 'node:assert';
import { openProxy } from '../workerd/proxy.mjs';
import { title } from './browser.mjs';

/** Opens a site that closes with the test. */
export async function site(t) {
  const it = await openProxy(t);
  /** Its pages, by path. */
  it.pages = {};
  it.serve = (asked, answer) => {
    const page = it.pages[asked.url.split('?')[0]] ?? 'Welcome.';
    answer.writeHead(200, { 'Content-Type': 'text/html' }).end(`<!doctype html><html lang="en"><title>Elsewhere</title>${page}`);
  };
  /** On the worker's host: browsers treat the two as one site, and send cookies regardless of `SameSite`. */
  it.near = it.local;
  /** On another host. */
  it.far = `http://${it.address}`;
  return it;
}

/** A form that submits itself as soon as the page has loaded. */
export function trap(action, fields) {
  const inputs = Object.entries(fields).map(([name, value]) => `<input type="hidden" name="${name}" value="${value}">`);
  return `<form method="post" action="${action}">${inputs.join('')}</form><script>document.forms[0].submit()</script>`;
}

/** Opens a trap on the attacker's site. The form does reach the worker, and is refused. */
export async function assertTrapped(page, address) {
  await page.goto(`${address}/trap`, { waitUntil: 'commit' });
  await page.waitForURL(({ pathname }) => /^\/(account|admin|oauth)/.test(pathname));
  assert.equal(await title(page), 'This form has expired', page.url());
}
