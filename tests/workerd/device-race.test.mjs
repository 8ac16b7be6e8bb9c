// A known browser under real parallelism: one counter, from whichever network its cookie comes.

import { strict as assert } from 'node:assert';
import test from 'node:test';
import { ada, fiftyTimes, join, login } from './people.mjs';
import { resend } from './resend.mjs';
import { open, uncounted } from './worker.mjs';

/** The cookies a response sets, by name. */
const cookies = (response) =>
  Object.fromEntries(response.headers.getSetCookie().map((cookie) => cookie.split(';', 1)[0].split(/=(.*)/s).slice(0, 2)));

/** The sign-in page for a browser with these cookies, from an address; returns a function that posts its form. */
async function page(worker, address, kept = {}) {
  const headers = (all) => ({
    'CF-Connecting-IP': address,
    Cookie: Object.entries(all).map((pair) => pair.join('=')).join('; '),
  });
  const shown = await fetch(`${worker.url}/account/signin`, { headers: headers(kept) });
  const [, seal] = (await shown.text()).match(/name="seal" value="([\w-]+)"/);
  const all = { ...kept, ...cookies(shown) };
  return async (password) => {
    const body = new URLSearchParams({ login: ada.login, password, seal });
    return await fetch(`${worker.url}/account/signin`, { method: 'POST', headers: headers(all), body, redirect: 'manual' });
  };
}

test('fifty passwords guessed at once with a stolen device cookie cost fifty tries: ten are compared', async (t) => {
  const mail = await resend(t);
  const worker = await open(t, { mail, vars: uncounted });
  await join(worker, mail, ada);
  const signIn = await page(worker, '203.0.113.7');
  const { '__Host-device': device } = cookies(await signIn(ada.password));
  assert.match(device, /^ghd_[\w-]{43}$/);
  const guess = await page(worker, '198.51.100.1', { '__Host-device': device });
  const answers = await fiftyTimes((_, number) => guess(`guess number ${number}`));
  const count = (status) => answers.filter((answer) => answer.status === status).length;
  assert.deepEqual([count(401), count(429)], [10, 40]);
  assert.deepEqual(await worker.sql('SELECT failures FROM attempts'), [{ failures: 10 }]);
  // Fifteen seconds may have passed by now, so extend the wait to an hour.
  await worker.sql('UPDATE attempts SET open_at = open_at + 3600000, expires_at = expires_at + 3600000');
  assert.equal((await guess(ada.password)).status, 429);
  // Other networks and other sign-in routes do not have to wait.
  assert.equal((await (await page(worker, '198.51.100.2'))(ada.password)).status, 303);
  assert.equal((await login(worker, ada)).status, 200);
});
