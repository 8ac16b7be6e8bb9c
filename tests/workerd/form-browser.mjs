// A browser, as far as forms need one: its cookies, and the hidden fields of a page.

export class Browser {
  cookies = {};

  constructor(worker) {
    this.worker = worker;
  }

  async ask(path, request = {}) {
    const response = await fetch(this.worker.url + path, { redirect: 'manual', ...request, headers: { Cookie: this.sentCookies() } });
    const kept = named(response.headers.getSetCookie());
    return { status: response.status, location: response.headers.get('Location'), kept, text: await response.text() };
  }

  /** Its cookies, as a request carries them. */
  sentCookies() {
    return Object.entries(this.cookies).map((pair) => pair.join('=')).join('; ');
  }

  keep(answer) {
    Object.assign(this.cookies, answer.kept);
    return answer;
  }

  /** Opens a page and fills in its form; returns a function that sends it. */
  async fillIn(path, action, fields) {
    return this.on(this.keep(await this.ask(path)), action, fields);
  }

  /** The same for a page already loaded. A button may have another action than its form. */
  on({ text }, action, fields) {
    const [form] = text.match(/<form .*?<\/form>/g).filter((form) => form.includes(`action="${action}"`));
    const hidden = [...form.matchAll(/<input type="hidden" name="(\w+)" value="([^"]*)"/g)].map(([, name, value]) => [name, read(value)]);
    const body = new URLSearchParams([...hidden, ...Object.entries(fields)]);
    return () => this.ask(action, { method: 'POST', body });
  }

  async signIn({ login, password }) {
    const send = await this.fillIn('/account/signin', '/account/signin', { login, password });
    return this.keep(await send());
  }
}

/** The cookies of `Set-Cookie` headers, by name. */
export const named = (headers) => Object.fromEntries(headers.map((cookie) => cookie.split(';', 1)[0].split(/=(.*)/s).slice(0, 2)));

const read = (attribute) => attribute.replaceAll('&quot;', '"').replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
