// Cases that a verifier in any language must distinguish, with tokens of a real worker and with those of an issuer that signs
// anything.

import { strict as assert } from 'node:assert';
import { randomBytes } from 'node:crypto';
import { SignJWT, UnsecuredJWT, exportJWK, generateKeyPair } from 'jose';
import { ada, join, logout, me, signIn } from './people.mjs';
import { openProxy } from './proxy.mjs';
import { resend } from './resend.mjs';
import { open } from './worker.mjs';

const API = 'https://api.example';
const OTHER = { EdDSA: 'ES256', ES256: 'EdDSA' };

/** `judge(issuer, options, token)` returns the claims or rejects; one verifier is kept per issuer and set of options. */
export async function trial(t, judge) {
  for (const algorithm of Object.keys(OTHER)) {
    await t.test(`${algorithm}: tokens of a deployment`, (t) => verifierSuite(t, judge, algorithm));
    await t.test(`${algorithm}: tokens with one thing wrong`, (t) => claimsTrial(t, judge, algorithm));
  }
}

async function verifierSuite(t, judge, algorithm) {
  const mail = await resend(t);
  const worker = await open(t, { mail, vars: { AUTH_SIGNING_ALG: algorithm, AUTH_AUDIENCE: API } });
  await join(worker, mail, ada);
  const proxy = await openProxy(t);
  await move(worker, proxy, {});

  const { token } = await signIn(worker, ada);
  const { id } = (await me(worker, token)).json;
  const accepts = (token, options) => judge(`http://${proxy.address}`, { audience: API, algorithm, ...options }, token);
  proxy.serve = (asked, answer) => answer.writeHead(503).end();
  await assert.rejects(accepts(token), 'there are no keys to verify it with');
  proxy.leadTo(worker.url);
  for (let times = 0; times < 3; times++) {
    const { sub, role, aud } = await accepts(token);
    assert.deepEqual({ sub, role, aud }, { sub: id, role: 'user', aud: API });
  }
  const fetched = 'GET /.well-known/jwks.json';
  assert.deepEqual(proxy.asked, [fetched, fetched], 'once in vain, and once for all');

  await assert.rejects(accepts(token, { audience: 'https://other.example' }));
  await assert.rejects(accepts(token, { audience: undefined }), 'the issuer is the audience nobody has chosen');
  await assert.rejects(accepts(token, { algorithm: OTHER[algorithm] }));
  for (const wrong of [raised(token), cut(token), `${token}A`, '', 'x.y.z']) await assert.rejects(accepts(wrong), wrong);

  // Offline verification does not notice a sign-out, as the document says.
  assert.equal((await logout(worker, token)).status, 200);
  assert.equal((await accepts(token)).sub, id);

  await move(worker, proxy, { APP_KEY: randomBytes(32).toString('base64url') });
  await assert.rejects(accepts((await signIn(worker, ada)).token), 'signed with a key the set does not have');
}

/** Reopens the worker behind its proxy. */
async function move(worker, proxy, settings) {
  Object.assign(worker.settings, { APP_BASE_URL: `http://${proxy.address}` }, settings);
  await worker.close();
  await worker.reopen();
  proxy.leadTo(worker.url);
}

async function claimsTrial(t, judge, algorithm) {
  const proxy = await openProxy(t);
  const { publicKey, privateKey } = await generateKeyPair(algorithm);
  const key = { ...(await exportJWK(publicKey)), kid: 'known', alg: algorithm, use: 'sig' };
  proxy.serve = (asked, answer) => answer.end(JSON.stringify({ keys: [key] }));
  const issuer = `http://${proxy.address}`;

  const now = Math.floor(Date.now() / 1000);
  const claims = { iss: issuer, aud: issuer, sub: 'somebody', iat: now, exp: now + 60 };
  const header = { alg: algorithm, typ: 'at+jwt', kid: 'known' };
  const sign = (header, claims, key = privateKey) => new SignJWT(claims).setProtectedHeader(header).sign(key);
  const accepts = (token) => judge(issuer, { algorithm }, token);

  assert.equal((await accepts(await sign(header, claims))).sub, 'somebody');
  assert.equal((await accepts(await sign(header, { ...claims, exp: now - 1 }))).sub, 'somebody', 'clocks differ');
  for (const wrong of [
    { exp: now - 30 },
    { exp: undefined },
    { nbf: now + 30 },
    { iss: 'https://other.example' },
    { iss: undefined },
    { aud: 'https://other.example' },
    { aud: undefined },
    { sub: undefined },
  ]) {
    await assert.rejects(accepts(await sign(header, { ...claims, ...wrong })), JSON.stringify(wrong));
  }
  for (const wrong of [{ typ: 'JWT' }, { typ: 'private+jwt' }, { typ: undefined }, { kid: 'unknown' }]) {
    await assert.rejects(accepts(await sign({ ...header, ...wrong }, claims)), JSON.stringify(wrong));
  }
  const stranger = await generateKeyPair(algorithm);
  await assert.rejects(accepts(await sign(header, claims, stranger.privateKey)), 'another key of the same name');
  // Public text is no secret, though HMAC would accept it as one (RFC 8725 §2.1).
  const published = Buffer.from(key.x, 'base64url');
  await assert.rejects(accepts(await sign({ ...header, alg: 'HS256' }, claims, published)), 'HS256');
  await assert.rejects(accepts(new UnsecuredJWT(claims).encode()), 'none');
}

function raised(token) {
  const [head, payload, signature] = token.split('.');
  const claims = { ...JSON.parse(Buffer.from(payload, 'base64url')), role: 'admin' };
  return [head, Buffer.from(JSON.stringify(claims)).toString('base64url'), signature].join('.');
}

const cut = (token) => token.slice(0, token.lastIndexOf('.') + 1);
