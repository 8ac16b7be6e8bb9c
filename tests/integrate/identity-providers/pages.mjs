// A user's browser on the pages of another provider.

import { strict as assert } from 'node:assert';

/**
 * Opens an address, sends the forms of the pages that follow as `fill` fills them in, and returns the address outside the provider
 * to which the browser is sent at last. `fill` is given a page's text, and returns fields.
 */
export async function pass(browser, way, fill) {
  for (let [next, steps] = [new URL(way), 0]; ; steps++) {
    if (next.origin !== browser.worker.url) return next;
    assert.ok(steps < 20, `${next} leads nowhere`);
    const { pathname, search } = next;
    const opened = browser.keep(await browser.ask(pathname + search));
    next = new URL(opened.location ?? (await send(browser, next, opened, fill)), next);
  }
}

async function send(browser, page, { status, text }, fill) {
  const [, tag, content] = /<form\b([^>]*)>(.*?)<\/form>/s.exec(text) ?? [];
  assert.ok(status === 200 && tag, `${page}: ${status} ${text}`);
  const hidden = [...content.matchAll(/<input\b[^>]*\btype="hidden"[^>]*>/g)].map(([input]) => [attribute(input, 'name'), attribute(input, 'value')]);
  const { pathname, search } = new URL(attribute(tag, 'action'), page);
  const body = new URLSearchParams([...hidden, ...Object.entries(fill(text))]);
  const answer = browser.keep(await browser.ask(pathname + search, { method: 'POST', body }));
  assert.ok(answer.location, `${page}: ${answer.status} ${answer.text}`);
  return answer.location;
}

const attribute = (tag, name) => new RegExp(`\\b${name}="([^"]*)"`).exec(tag)?.[1].replaceAll('&amp;', '&') ?? '';
