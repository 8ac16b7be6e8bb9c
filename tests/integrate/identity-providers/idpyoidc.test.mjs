import { strict as assert } from 'node:assert';
import test from 'node:test';
import { fileURLToPath } from 'node:url';
import { isSignedIn, ours, pathOf, signUpByLink, through, withProviders } from '../../workerd/federated.mjs';
import { Browser } from '../../workerd/form-browser.mjs';
import { freePort } from '../../workerd/ports.mjs';
import { launch } from '../programs.mjs';
import { pass } from './pages.mjs';

const bob = { login: 'bob', email: 'bob@mail.example', password: 'a quiet lane behind the mill' };
/** The library does not decode a secret in the header as RFC 6749 §2.3.1 encodes it: this one is the same in both. */
const CLIENT_SECRET = 'a-secret';
const program = fileURLToPath(new URL('idpyoidc_provider.py', import.meta.url));

async function start(t, alg) {
  const port = await freePort('127.0.0.1');
  const env = { CLIENT_SECRET, REDIRECT_URI: ours('idpyoidc').redirectUri, ALG: alg, EMAIL: bob.email, PASSWORD: bob.password };
  await launch(t, process.env.PYTHON ?? 'python3', ['-B', program, port], { env, at: port });
  const issuer = `http://localhost:${port}`;
  const fill = () => ({ username: bob.login, password: bob.password });
  return { issuer, answer: () => undefined, authorize: (way) => pass(new Browser({ url: issuer }), way, fill) };
}

for (const alg of ['RS256', 'PS256', 'ES256']) {
  test(`a user of idpyoidc with ${alg} signs up, and signs in again in another browser`, async (t) => {
    const provider = await start(t, alg);
    const entry = { kind: 'oidc', name: 'Example', issuer: provider.issuer };
    const { worker, mail, browser } = await withProviders(t, { idpyoidc: provider }, { idpyoidc: entry }, { AUTH_PROVIDER_IDPYOIDC_SECRET: CLIENT_SECRET });
    await signUpByLink(browser(), 'idpyoidc', provider, mail, bob);
    const second = browser();
    const entered = await through(second, 'idpyoidc', provider, '/account/keys');
    assert.equal(pathOf(entered.location), '/account/keys', entered.text);
    assert.ok(await isSignedIn(second));
    assert.equal((await worker.sql('SELECT * FROM identities')).length, 1);
  });
}
