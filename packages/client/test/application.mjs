// An application in a browser whose users sign in with the client, on a site of its own.

import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { site } from '../../../tests/browser/attacker-site.mjs';
import { home, visitor } from '../../../tests/browser/browser.mjs';
import { ada, join } from '../../../tests/workerd/people.mjs';
import { resend } from '../../../tests/workerd/resend.mjs';
import { LIFETIME } from './users.mjs';

/**
 * A Gatehouse with ada in it, and an application whose page has `client` in its global scope. `near` is on Gatehouse's host, with
 * another port, `far` on another host.
 */
export async function application(t, { vars, options = {} } = {}) {
  const [mail, app] = [await resend(t), await site(t)];
  const settings = {
    AUTH_ACCESS_TOKEN_LIFETIME: String(LIFETIME),
    AUTH_CORS_ORIGINS: `${app.near},${app.far}`,
    AUTH_REDIRECT_URIS: `${app.near}/,${app.far}/`,
    AUTH_PASSKEY_ORIGINS: app.near,
    ...vars,
  };
  const worker = Object.assign(await home(t, { mail, vars: settings }), { mail });
  await join(worker, mail, ada);
  app.pages['/'] = `<script type="module">${await bundle(`
    import { createClient } from '@gatehouse/client';
    globalThis.client = createClient(${JSON.stringify({ url: worker.address, ...options })});
  `)}</script>`;
  return { worker, app };
}

/** A module as a bundler makes it. */
export async function bundle(contents, options) {
  const stdin = { contents, resolveDir: fileURLToPath(new URL('.', import.meta.url)), loader: 'js' };
  const { outputFiles: [{ text }] } = await build({ stdin, bundle: true, format: 'esm', write: false, ...options });
  return text.replaceAll('</script', '<\\/script');
}

/** A tab of a new browser, at an address. Its clock may be wrong, by milliseconds. */
export async function visit(t, worker, address, { wrongBy = 0, ...options } = {}) {
  const page = await visitor(t, worker, options);
  await page.context().addInitScript((wrongBy) => {
    const now = Date.now;
    globalThis.ahead = wrongBy;
    Date.now = () => now() + ahead;
  }, wrongBy);
  await at(page, address);
  return page;
}

/** Moves the clock of a tab on. */
export const pass = (page, seconds) => page.evaluate((seconds) => void (ahead += seconds * 1000), seconds);

/** One more tab of the same browser. */
export async function tab(page, address) {
  const another = await page.context().newPage();
  await at(another, address);
  return another;
}

async function at(page, address) {
  await page.goto(address);
  await page.waitForFunction(() => globalThis.client && client.snapshot().status !== 'pending');
}

export const signIn = (page) => page.evaluate((body) => client.signIn(body), { login: ada.login, password: ada.password });
export const tokenOf = (page) => page.evaluate(() => client.getToken());
export const statusOf = (page) => page.evaluate(() => client.snapshot().status);
export const becomes = (page, status) => page.waitForFunction((status) => client.snapshot().status === status, status);

/** The statuses of so many requests to `me` at once. */
export const ask = (page, url, times) =>
  page.evaluate(
    async ([url, times]) => {
      const answers = await Promise.all(Array.from({ length: times }, () => client.fetch(`${url}/api/auth/me`)));
      return answers.map(({ status }) => status);
    },
    [url, times],
  );

export const refreshes = ({ proxy }) => proxy.asked.filter((asked) => asked === 'POST /api/auth/token/refresh').length;
