// Somebody else's website: an application that sends people to us, or a page that would like to act for them.

import { strict as assert } from 'node:assert';
import { openProxy } from '../workerd/proxy.mjs';
import { title } from './browser.mjs';

/** Opens a site that closes with the test. */
export async function site(t) {
  const it = await openProxy(t);
  /** What there is to see, by path. */
  it.pages = {};
  it.serve = (asked, answer) => {
    const page = it.pages[asked.url.split('?')[0]] ?? 'Welcome.';
    answer.writeHead(200, { 'Content-Type': 'text/html' }).end(`<!doctype html><html lang="en"><title>Elsewhere</title>${page}`);
  };
  /** Beside a worker on the same host: browsers take the two for one site, and send cookies along whatever `SameSite` says. */
  it.near = it.local;
  /** On another host. */
  it.far = `http://${it.address}`;
  return it;
}

/** A form that is sent off as soon as it is there. */
export function trap(action, fields) {
  const inputs = Object.entries(fields).map(([name, value]) => `<input type="hidden" name="${name}" value="${value}">`);
  return `<form method="post" action="${action}">${inputs.join('')}</form><script>document.forms[0].submit()</script>`;
}

/** Goes to a trap at an address of the stranger's. The form does reach the worker, and is refused. */
export async function assertTrapped(page, address) {
  await page.goto(`${address}/trap`, { waitUntil: 'commit' });
  await page.waitForURL(({ pathname }) => /^\/(account|admin)/.test(pathname));
  assert.equal(await title(page), 'This form has expired', page.url());
}
