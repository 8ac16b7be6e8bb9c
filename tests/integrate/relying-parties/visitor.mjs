// A user with a browser that goes wherever it is sent: cookies by origin, redirects, and the forms on which Ada signs in and
// allows access.

import { strict as assert } from 'node:assert';
import { Browser, named } from '../../workerd/form-browser.mjs';
import { send } from '../../workerd/http.mjs';
import { ada } from '../../workerd/people.mjs';

/** With the headers of a page that is opened: some applications answer 401 without them, and fetch replaces them. */
class NavigatingBrowser extends Browser {
  async ask(path, { method = 'GET', body } = {}) {
    const headers = { Accept: 'text/html', 'Sec-Fetch-Mode': 'navigate', 'Sec-Fetch-Dest': 'document', Cookie: this.sentCookies() };
    if (body) headers['Content-Type'] = 'application/x-www-form-urlencoded';
    const answer = await send(this.worker.url, { method, path, headers, body: body?.toString() });
    return { status: answer.status, location: answer.headers.location, kept: named(answer.headers['set-cookie'] ?? []), text: answer.text };
  }
}

export class Visitor {
  #browsers = new Map();

  /** `issuer` is the worker's public origin: this browser asks the worker itself, because it trusts no certificate file. */
  constructor({ worker, issuer }) {
    this.#browsers.set(issuer, new NavigatingBrowser(worker));
  }

  /** Opens an address, and goes where it leads. */
  async open(url, redirects = 0) {
    assert.ok(redirects < 20, `${url} leads nowhere`);
    const { origin, pathname, search } = new URL(url);
    const browser = this.#at(origin);
    return this.#arrive(origin, pathname, browser.keep(await browser.ask(pathname + search)), redirects);
  }

  /** Sends a form of a page, and goes where it leads. */
  async send(page, action, fields) {
    const browser = this.#at(page.origin);
    return this.#arrive(page.origin, action, browser.keep(await browser.on(page, action, fields)()), 0);
  }

  /** Opens an address, signs Ada in and allows what is asked. Returns the page after that, and the pages on the way. */
  async signIn(url) {
    let page = await this.open(url);
    const pages = [page.path];
    for (const [path, action, fields] of [
      ['/account/signin', '/account/signin', { login: ada.login, password: ada.password }],
      ['/oauth/authorize', '/oauth/consent', { decision: 'allow' }],
    ]) {
      if (page.path !== path) continue;
      page = await this.send(page, action, fields);
      pages.push(page.path);
    }
    return { ...page, pages };
  }

  #at(origin) {
    if (!this.#browsers.has(origin)) this.#browsers.set(origin, new NavigatingBrowser({ url: origin }));
    return this.#browsers.get(origin);
  }

  #arrive(origin, path, answer, redirects) {
    if (!answer.location) return { ...answer, origin, path };
    return this.open(new URL(answer.location, origin + path), redirects + 1);
  }
}
