// Ed25519, ECDSA and RSA by the runtime: its WebCrypto against published vectors, in the calls that the service makes, and through the service.

import { strict as assert } from 'node:assert';
import { randomBytes, randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import test from 'node:test';
import { provider } from './oauth.mjs';
import { Passkey, newEdwardsKey } from './passkey.mjs';
import { ada, addPasskey, answerTo, assertRefused, join, me } from './people.mjs';
import { resend } from './resend.mjs';
import { runtime } from './runtime.mjs';
import { BASE_URL, open, uncounted } from './worker.mjs';

const shared = (path) => new URL(`../../${path}`, import.meta.url);

/** RFC 8032 §7.1: private key, public key, message and signature. */
const STANDARD = [
  {
    seed: '9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60',
    key: 'd75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a',
    msg: '',
    sig: 'e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b',
  },
  {
    seed: '4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb',
    key: '3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c',
    msg: '72',
    sig: '92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00',
  },
  {
    seed: 'c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7',
    key: 'fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025',
    msg: 'af82',
    sig: '6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a',
  },
];

/** A Worker of nothing but the calls of `src/cloudflare/signatures.rs`: `[act, …hexadecimal]` is answered with the result. */
const SCRIPT = `
const { subtle } = crypto;
const bytes = (hex) => Uint8Array.from(hex.match(/../g) ?? [], (pair) => parseInt(pair, 16));
const hex = (buffer) => Array.from(new Uint8Array(buffer), (byte) => byte.toString(16).padStart(2, '0')).join('');
const algorithms = {
  EdDSA: { name: 'Ed25519', head: '302e020100300506032b657004220420' },
  ES256: {
    name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256',
    head: '3041020100301306072a8648ce3d020106082a8648ce3d030107042730250201010420',
  },
};
const privateKey = ({ head, ...algorithm }, key, exportable) => subtle.importKey('pkcs8', bytes(head + key), algorithm, exportable, ['sign']);
const acts = {
  async verify(alg, key, message, signature) {
    if (signature.length !== 128) return false;
    const algorithm = algorithms[alg];
    try {
      key = await subtle.importKey('raw', bytes(key), algorithm, false, ['verify']);
    } catch ({ name }) {
      return name === 'DataError' ? false : name;
    }
    return subtle.verify(algorithm, key, bytes(signature), bytes(message));
  },
  async sign(alg, key, message) {
    return hex(await subtle.sign(algorithms[alg], await privateKey(algorithms[alg], key, false), bytes(message)));
  },
  async verifyRsa(modulus, message, signature) {
    const jwk = { kty: 'RSA', n: modulus, e: 'AQAB' };
    const algorithm = { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' };
    return subtle.verify(algorithm, await subtle.importKey('jwk', jwk, algorithm, false, ['verify']), bytes(signature), bytes(message));
  },
  async publicKey(alg, key) {
    const { x, y } = await subtle.exportKey('jwk', await privateKey(algorithms[alg], key, true));
    return [x, y];
  },
};
export default { fetch: async (request) => {
  const results = [];
  for (const [act, ...args] of await request.json()) results.push(await acts[act](...args));
  return Response.json(results);
} };
`;

/** Lets the runtime judge every signature of a file: their number. */
async function judge(t, file, act, spell) {
  const ask = await runtime(t, SCRIPT);
  const groups = JSON.parse(await readFile(shared(`tests/native/wycheproof/${file}`), 'utf8'));
  const tests = groups.flatMap(({ key, tests }) => tests.map((one) => ({ key, ...one })));
  const verdicts = await ask(tests.map(({ key, msg, sig }) => [...act, spell(key), msg, sig]));
  assert.deepEqual(tests.filter(({ result }, place) => verdicts[place] !== (result === 'valid')), []);
  return tests.length;
}

test('the runtime judges published signatures of Ed25519 as expected', async (t) => {
  assert.equal(await judge(t, 'ed25519.json', ['verify', 'EdDSA'], (key) => key), 151);
});

test('the runtime judges published signatures of P-256 as expected', async (t) => {
  assert.equal(await judge(t, 'ecdsa_p256.json', ['verify', 'ES256'], (key) => key), 262);
});

test('the runtime judges published signatures of RSA as expected', async (t) => {
  const modulus = (hex) => Buffer.from(hex, 'hex').toString('base64url');
  assert.equal(await judge(t, 'rsa_pkcs1_sha256.json', ['verifyRsa'], modulus), 373);
});

test('a key that is no point of the curve is wrong and no fault', async (t) => {
  const ask = await runtime(t, SCRIPT);
  const [{ msg, sig }] = STANDARD;
  // y = 2 has no x.
  const calls = [['verify', 'EdDSA', `02${'00'.repeat(31)}`, msg, sig], ['verify', 'ES256', `04${'11'.repeat(64)}`, msg, sig]];
  assert.deepEqual(await ask(calls), [false, false]);
});

test('the runtime makes the signatures and the public keys of the standard, each time', async (t) => {
  const ask = await runtime(t, SCRIPT);
  for (const { seed, key, msg, sig } of STANDARD) {
    const x = Buffer.from(key, 'hex').toString('base64url');
    const calls = [['sign', 'EdDSA', seed, msg], ['sign', 'EdDSA', seed, msg], ['publicKey', 'EdDSA', seed], ['verify', 'EdDSA', key, msg, sig]];
    assert.deepEqual(await ask(calls), [sig, sig, [x, null], true]);
  }
});

test('the runtime computes the public key of P-256, and what it signs can be verified', async (t) => {
  const ask = await runtime(t, SCRIPT);
  // RFC 6979 §A.2.5.
  const key = 'c9afa9d845ba75166b5c215767b1d6934e50c3db36e89b127b8a622b120f6721';
  const [x, y] = [
    '60fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb6',
    '7903fe1008b8bc99a41ae9e95628bc64f2f1b20c2d7e9f5177a3c294d4462299',
  ];
  const [signature, published] = await ask([['sign', 'ES256', key, 'aa'], ['publicKey', 'ES256', key]]);
  assert.deepEqual(published, [x, y].map((hex) => Buffer.from(hex, 'hex').toString('base64url')));
  assert.deepEqual(await ask(['aa', 'ab'].map((msg) => ['verify', 'ES256', `04${x}${y}`, msg, signature])), [true, false]);
});

test('a client whose key is no point of the curve proves nothing, and is no fault', async (t) => {
  const { worker, register } = await provider(t);
  const coordinate = Buffer.alloc(32, 0x11).toString('base64url');
  await register({
    client_id: 'broken',
    token_endpoint_auth_method: 'private_key_jwt',
    jwks: { keys: [{ kty: 'EC', crv: 'P-256', x: coordinate, y: coordinate }] },
  });
  const now = Math.floor(Date.now() / 1000);
  const part = (json) => Buffer.from(JSON.stringify(json)).toString('base64url');
  const claims = { iss: 'broken', sub: 'broken', aud: BASE_URL, jti: randomUUID(), iat: now, exp: now + 60 };
  const client_assertion = `${part({ alg: 'ES256' })}.${part(claims)}.${randomBytes(64).toString('base64url')}`;
  const body = new URLSearchParams({
    grant_type: 'refresh_token',
    refresh_token: 'any',
    client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    client_assertion,
  });
  const answer = await fetch(`${worker.url}/oauth/token`, { method: 'POST', body });
  assert.deepEqual([answer.status, (await answer.json()).error], [401, 'invalid_client']);
});

test('a passkey of Ed25519 signs its user in, and nobody by another signature', async (t) => {
  const mail = await resend(t);
  const worker = await open(t, { mail, vars: uncounted });
  await join(worker, mail, ada);
  const passkey = new Passkey(BASE_URL, newEdwardsKey());
  await addPasskey(worker, ada, passkey);
  const signIn = async () => worker.post('/api/auth/passkey', { credential: await answerTo(worker, '/api/auth/passkey/options', passkey) });
  const { status, json } = await signIn();
  assert.equal(status, 200);
  assert.equal((await me(worker, json.token)).json.login, ada.login);
  passkey.signsWrongly = true;
  assertRefused(await signIn(), 401, 'invalid_credentials');
  passkey.signsWrongly = false;
  const credential = await answerTo(worker, '/api/auth/passkey/options', passkey);
  credential.response.signature = credential.response.signature.slice(0, 40);
  assertRefused(await worker.post('/api/auth/passkey', { credential }), 401, 'invalid_credentials');
});

test('an access token with a changed or cut signature is refused, and is no fault', async (t) => {
  const mail = await resend(t);
  const worker = await open(t, { mail, vars: uncounted });
  await join(worker, mail, ada);
  const { token } = (await worker.post('/api/auth/local/login', { login: ada.login, password: ada.password })).json;
  const [message, signature] = [token.slice(0, token.lastIndexOf('.')), Buffer.from(token.split('.')[2], 'base64url')];
  assert.equal((await me(worker, token)).status, 200);
  for (const place of [0, 31, 32, 63]) {
    const flipped = Buffer.from(signature);
    flipped[place] ^= 1;
    assertRefused(await me(worker, `${message}.${flipped.toString('base64url')}`), 401, 'token_invalid');
  }
  for (const length of [0, 1, 63]) {
    assertRefused(await me(worker, `${message}.${signature.subarray(0, length).toString('base64url')}`), 401, 'token_invalid');
  }
  assertRefused(await me(worker, `${message}.${Buffer.concat([signature, signature]).toString('base64url')}`), 401, 'token_invalid');
});
