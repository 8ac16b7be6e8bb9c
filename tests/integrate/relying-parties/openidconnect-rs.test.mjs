// The crate openidconnect: discovery, ID tokens of each algorithm, userinfo, refresh and revocation.

import { strict as assert } from 'node:assert';
import test from 'node:test';
import { ada } from '../../workerd/people.mjs';
import { openProxy } from '../../workerd/proxy.mjs';
import { converse } from '../programs.mjs';
import { RS256, provider } from './provider.mjs';
import { Visitor } from './visitor.mjs';

test('a relying party in Rust verifies ID tokens of each algorithm, and gets what it is promised', async (t) => {
  const { issuer, worker, register, environment } = await provider(t, RS256);
  const application = await openProxy(t);
  application.serve = (asked, answer) => answer.end(asked.url);
  const redirect_uri = `${application.local}/cb`;
  const visitor = new Visitor({ worker, issuer });
  const [{ id: subject }] = await worker.sql('SELECT id FROM users WHERE login = ?', ada.login);

  for (const algorithm of ['RS256', 'ES256', 'EdDSA']) {
    const id = `shop-${algorithm.toLowerCase()}`;
    const { client_secret } = await register({ client_id: id, redirect_uris: [redirect_uri], id_token_signed_response_alg: algorithm });
    const party = converse(t, 'openidconnect-rs', [issuer, id, redirect_uri], { env: { ...environment, CLIENT_SECRET: client_secret } });
    const { text } = await visitor.signIn(await party.hear(/^https:/));
    party.say(application.local + text);
    assert.deepEqual(JSON.parse(await party.end()), {
      algorithm,
      access_token_hash_matches: true,
      subject,
      email: ada.email,
      refreshed: true,
      refreshed_after_revocation: false,
    });
  }
});
