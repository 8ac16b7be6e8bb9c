// The device authorization grant under real parallelism: one decision, and one session.

import { strict as assert } from 'node:assert';
import test from 'node:test';
import { ada, fiftyTimes, join, signIn } from './people.mjs';
import { resend } from './resend.mjs';
import { open, uncounted } from './worker.mjs';

const GRANT = 'urn:ietf:params:oauth:grant-type:device_code';
const form = (worker, path, fields) => fetch(worker.url + path, { method: 'POST', body: new URLSearchParams(fields), redirect: 'manual' });

/** A browser of ada, with a page whose seal fits all forms. */
async function browser(worker) {
  const shown = await fetch(`${worker.url}/account/signin`);
  const [, seal] = (await shown.text()).match(/name="seal" value="([\w-]+)"/);
  const kept = (response) => response.headers.getSetCookie().map((cookie) => cookie.split(';', 1)[0]);
  const post = (cookies) => (path, fields) => {
    const headers = { Cookie: cookies.join('; ') };
    return fetch(worker.url + path, { method: 'POST', headers, body: new URLSearchParams({ seal, ...fields }), redirect: 'manual' });
  };
  const cookies = kept(shown);
  const signedIn = await post(cookies)('/account/signin', { login: ada.login, password: ada.password });
  const session = kept(signedIn).filter((cookie) => !cookie.startsWith('__Host-form'));
  return post([...cookies, ...session]);
}

test('fifty codes typed, fifty decisions and fifty polls at once are one session', async (t) => {
  const mail = await resend(t);
  const worker = await open(t, { mail, vars: uncounted });
  await join(worker, mail, ada);
  await worker.sql(
    `INSERT INTO clients (id, name, auth_method, secret_number, redirect_uris, post_logout_redirect_uris, grants, scopes, resource_scopes, resource_open,
       first_party, requires_pkce, id_token_claims, created_at, updated_at, op)
     VALUES ('tv-app', 'TV', 'none', 0, '[]', '[]', '${GRANT} refresh_token', 'openid', '', 0, 0, 1, 0, 5, 5, '')`,
  );
  const codes = await (await form(worker, '/oauth/device_authorization', { client_id: 'tv-app', scope: 'openid' })).json();
  const browsers = [await browser(worker), await browser(worker)];
  const count = (answers, status) => answers.filter((answer) => answer.status === status).length;

  // Of two sessions one gets the device, however often its code is typed.
  const tried = await Promise.all([0, 1, 0, 1, 0, 1].map(async (who) => [who, await browsers[who]('/account/device', { user_code: codes.user_code })]));
  const owners = new Set(tried.filter(([, answer]) => answer.status === 303).map(([who]) => who));
  assert.equal(owners.size, 1);
  const [owner] = owners;
  const [{ id }] = await worker.sql('SELECT id FROM authorizations');

  const decisions = await fiftyTimes((_, number) => browsers[number % 2]('/account/device/consent', { id, decision: number % 5 ? 'allow' : 'deny' }));
  assert.equal(count(decisions, 303), 1);
  assert.equal(decisions.findIndex(({ status }) => status === 303) % 2, owner);
  // Whatever won, it is allowed from here on.
  await worker.sql('UPDATE authorizations SET approved_at = COALESCE(approved_at, denied_at), denied_at = NULL');

  const polls = await fiftyTimes(() => form(worker, '/oauth/token', { grant_type: GRANT, client_id: 'tv-app', device_code: codes.device_code }));
  assert.deepEqual([count(polls, 200), count(polls, 400)], [1, 49]);
  const [{ sessions }] = await worker.sql("SELECT count(*) AS sessions FROM sessions WHERE client = 'tv-app'");
  assert.equal(sessions, 1);
  assert.ok((await signIn(worker, ada)).token);
});
