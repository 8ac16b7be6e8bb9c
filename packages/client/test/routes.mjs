// Which routes of docs/openapi.json tests have asked.

import { strict as assert } from 'node:assert';
import { readFile } from 'node:fs/promises';

const { paths } = JSON.parse(await readFile(new URL('../../../docs/openapi.json', import.meta.url), 'utf8'));

/** The routes of this package: gateways alone ask `verify`. */
const ROUTES = Object.entries(paths)
  .filter(([path]) => path.startsWith('/api/auth/') && path !== '/api/auth/verify')
  .flatMap(([path, methods]) => Object.keys(methods).filter((name) => methods[name].responses).map((name) => ({ name, path })));

/** What only a browser asks. */
const IN_A_BROWSER = /passkey|\/options$|\/exchange$/;

/** Asserts that these requests (method and path) have come to every route of a browser, or to every other one. */
export function assertAllAsked(asked, { inABrowser }) {
  const expected = ROUTES.filter(({ path }) => IN_A_BROWSER.test(path) === inABrowser);
  assert.ok(expected.length > 5);
  const missing = expected.filter(({ name, path }) => {
    const spelled = new RegExp(`^${name.toUpperCase()} ${path.replace('{id}', '[^/]+')}$`);
    return !asked.some((request) => spelled.test(request));
  });
  assert.deepEqual(missing, []);
}
