import { strict as assert } from 'node:assert';
import test from 'node:test';
import { ada, assertRefused, join, signIn } from './people.mjs';
import { resend } from './resend.mjs';
import { open } from './worker.mjs';

const wrong = [
  ['no APP_KEY', 'APP_KEY', undefined],
  ['an empty APP_KEY', 'APP_KEY', ''],
  ['a short APP_KEY', 'APP_KEY', 'a1b2c3d4e5f6g7h8'],
  ['an APP_KEY of one letter', 'APP_KEY', 'a'.repeat(64)],
  ['no APP_BASE_URL in production', 'APP_BASE_URL', undefined],
];

const routes = [
  ['post', '/api/auth/local/register'],
  ['post', '/api/auth/local/activate'],
  ['post', '/api/auth/local/activate/send'],
  ['post', '/api/auth/local/login'],
  ['post', '/api/auth/token/refresh'],
  ['post', '/api/auth/logout'],
  ['get', '/api/auth/me'],
  ['get', '/.well-known/jwks.json'],
];

for (const [fault, variable, value] of wrong) {
  test(`with ${fault} the service serves nobody and names ${variable}`, async (t) => {
    const worker = await open(t, { mail: await resend(t), vars: { [variable]: value } });

    for (const [method, route] of routes) {
      const answer = await worker[method](route);
      assertRefused(answer, 503, 'unavailable');
      assert.ok(Number(answer.headers.get('Retry-After')) > 0, route);
      assert.ok(!answer.text.includes(variable), 'strangers are not told what is wrong with it');
    }
    assert.match(worker.log.join('\n'), new RegExp(variable));

    assert.equal((await worker.get('/health')).status, 200);
    const ready = await worker.get('/health/ready');
    assert.equal(ready.status, 503);
    assert.match(ready.text, new RegExp(variable));
  });
}

test('true and 300 in wrangler.toml are no strings, and mean what they say', async (t) => {
  const mail = await resend(t);
  const worker = await open(t, { mail, vars: { AUTH_ENABLE_REFRESH_TOKEN: true, AUTH_ACCESS_TOKEN_LIFETIME: 300 } });
  await join(worker, mail, ada);
  const { token, refresh_token } = await signIn(worker, ada);
  assert.ok(refresh_token);
  const { iat, exp } = JSON.parse(Buffer.from(token.split('.')[1], 'base64url'));
  assert.equal(exp - iat, 300);
});

test('a variable of another type is wrong, and not taken for absent', async (t) => {
  const worker = await open(t, { mail: await resend(t), vars: { AUTH_ENABLE_REFRESH_TOKEN: { on: true } } });
  assert.match((await worker.get('/health/ready')).text, /AUTH_ENABLE_REFRESH_TOKEN/);
});
