// Codes and refresh tokens of clients that are presented at once.

import { strict as assert } from 'node:assert';
import test from 'node:test';
import * as client from 'openid-client';
import { CALLBACK, browserOf, discover, provider, signInTo } from './oauth.mjs';
import { ada, fiftyTimes } from './people.mjs';

const post = async (worker, fields) => {
  const response = await fetch(`${worker.url}/oauth/token`, { method: 'POST', body: new URLSearchParams(fields) });
  return { status: response.status, json: await response.json() };
};

async function withClient(t) {
  const { worker, register } = await provider(t);
  await register({ client_id: 'spa', token_endpoint_auth_method: 'none' });
  const config = await discover(worker, 'spa', undefined, client.None());
  return { worker, config, browser: await browserOf(worker, ada) };
}

test('fifty redemptions of one code at once are one session, which lives', async (t) => {
  const { worker, config, browser } = await withClient(t);
  const { back, verifier } = await signInTo(config, browser);
  const fields = {
    grant_type: 'authorization_code',
    client_id: 'spa',
    code: back.searchParams.get('code'),
    code_verifier: verifier,
    redirect_uri: CALLBACK,
  };
  const answers = await fiftyTimes(() => post(worker, fields));
  const won = answers.filter(({ status }) => status === 200);
  assert.equal(won.length, 1);
  assert.deepEqual(new Set(answers.filter(({ status }) => status !== 200).map(({ json }) => json.error)), new Set(['invalid_grant']));
  assert.equal((await worker.sql("SELECT id FROM sessions WHERE client = 'spa' AND ended_at IS NULL")).length, 1);
  await client.refreshTokenGrant(config, won[0].json.refresh_token);
});

test('fifty refreshes with one token at once get the same tokens', async (t) => {
  const { worker, config, browser } = await withClient(t);
  const { redeem } = await signInTo(config, browser);
  const { refresh_token } = await redeem();
  const answers = await fiftyTimes(() => post(worker, { grant_type: 'refresh_token', client_id: 'spa', refresh_token }));
  // ES256 gives each ID token a signature of its own.
  const claims = (token) => token.slice(0, token.lastIndexOf('.'));
  const tokens = new Set(answers.map(({ json }) => [json.access_token, json.refresh_token, claims(json.id_token)].join(' ')));
  assert.deepEqual([answers.every(({ status }) => status === 200), tokens.size], [true, 1]);
  assert.deepEqual(await worker.sql("SELECT generation FROM sessions WHERE client = 'spa'"), [{ generation: 1 }]);
});
