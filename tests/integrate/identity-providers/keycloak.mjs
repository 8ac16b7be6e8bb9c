// Keycloak with a realm of this test, without TLS on this machine.

import { strict as assert } from 'node:assert';
import { Browser } from '../../workerd/form-browser.mjs';
import { freePort } from '../../workerd/ports.mjs';
import { until } from '../../workerd/until.mjs';
import { launch } from '../programs.mjs';
import { pass } from './pages.mjs';

const ROOT = { username: 'root', password: 'a word of the first administrator' };

/**
 * Starts it with `clients` and `users`, in the words of its realm exports. `browser` makes a browser of a user, in which `authorize`
 * signs in, agrees and returns the URL that the browser is sent back to.
 */
export async function startKeycloak(t, realm) {
  const port = await freePort('127.0.0.1');
  const url = `http://localhost:${port}`;
  const flags = ['--http-enabled=true', '--http-host=127.0.0.1', `--http-port=${port}`, `--hostname=${url}`, '--cache=local'];
  const env = { KC_BOOTSTRAP_ADMIN_USERNAME: ROOT.username, KC_BOOTSTRAP_ADMIN_PASSWORD: ROOT.password };
  const at = performance.now();
  await launch(t, process.env.KEYCLOAK, ['start', '--optimized', ...flags], { env, at: { port, host: '127.0.0.1' } });
  await until(async () => (await fetch(`${url}/realms/master`)).ok, 'Keycloak is not ready');
  t.diagnostic(`Keycloak was ready after ${Math.round(performance.now() - at)} ms`);
  await importRealm(url, realm);
  const issuer = `${url}/realms/${realm.realm}`;
  return {
    issuer,
    answer: () => undefined, // it is on the network
    browser: () => new Browser({ url }),
    authorize: (way, { browser = new Browser({ url }), user: { username, password }, deny } = {}) => {
      const decision = deny ? { cancel: 'No' } : { accept: 'Yes' };
      return pass(browser, way, (page) => (page.includes('name="password"') ? { username, password } : decision));
    },
  };
}

async function importRealm(url, realm) {
  const body = new URLSearchParams({ grant_type: 'password', client_id: 'admin-cli', ...ROOT });
  const tokens = await fetch(`${url}/realms/master/protocol/openid-connect/token`, { method: 'POST', body });
  const headers = { Authorization: `Bearer ${(await tokens.json()).access_token}`, 'Content-Type': 'application/json' };
  const made = await fetch(`${url}/admin/realms`, { method: 'POST', headers, body: JSON.stringify(realm) });
  assert.equal(made.status, 201, await made.text());
}
