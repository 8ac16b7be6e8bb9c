import { strict as assert } from 'node:assert';
import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join as path } from 'node:path';
import test from 'node:test';
import { ada } from '../../workerd/people.mjs';
import { openProxy } from '../../workerd/proxy.mjs';
import { launch } from '../programs.mjs';
import { RS256, address, example, provider } from './provider.mjs';
import { Visitor } from './visitor.mjs';

for (const [algorithm, vars] of Object.entries({ RS256, ES256: {} })) {
  test(`oauth2-proxy signs a user in by the example, with ${algorithm}`, async (t) => {
    const { issuer, worker, register, folder, environment } = await provider(t, vars);
    const app = await address();
    const { client_secret } = await register({ client_id: 'shop', redirect_uris: [`${app.url}/oauth2/callback`], id_token_signed_response_alg: algorithm });
    const application = await openProxy(t);
    application.serve = (asked, answer) => answer.end(asked.headers['x-forwarded-email']);
    const files = { 'client-secret': client_secret, 'cookie-secret': randomBytes(16).toString('hex') };
    for (const [name, secret] of Object.entries(files)) await writeFile(path(folder, name), secret);

    const command = await example('oauth2-proxy', {
      'https://auth.example.com': issuer,
      'https://shop.example.com': app.url,
      '=client-secret': `=${path(folder, 'client-secret')}`,
      '=cookie-secret': `=${path(folder, 'cookie-secret')}`,
      '127.0.0.1:3000': application.address,
    });
    await launch(t, 'sh', ['-c', `exec ${command} --http-address=127.0.0.1:${app.port}`], { env: environment, at: app.port });

    const visitor = new Visitor({ worker, issuer });
    assert.equal((await visitor.open(app.url)).status, 403);
    const { status, text, pages } = await visitor.signIn(`${app.url}/oauth2/start?rd=/orders`);
    assert.deepEqual([status, text], [200, ada.email]);
    assert.deepEqual(pages, ['/account/signin', '/oauth/authorize', '/orders']);
  });
}
