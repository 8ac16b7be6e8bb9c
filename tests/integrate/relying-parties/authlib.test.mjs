import { strict as assert } from 'node:assert';
import { writeFile } from 'node:fs/promises';
import { join as path } from 'node:path';
import test from 'node:test';
import { ada } from '../../workerd/people.mjs';
import { RS256, address, example, provider, startPython } from './provider.mjs';
import { Visitor } from './visitor.mjs';

for (const [algorithm, vars] of Object.entries({ RS256, ES256: {} })) {
  test(`an application with Authlib signs a user in by the example, with ${algorithm}`, async (t) => {
    const { issuer, worker, register, folder, environment } = await provider(t, vars);
    const app = await address();
    const { client_secret } = await register({ client_id: 'shop', redirect_uris: [`${app.url}/cb`], id_token_signed_response_alg: algorithm });
    const file = path(folder, 'example.py');
    await writeFile(file, await example('Authlib', { 'https://auth.example.com': issuer, 'https://shop.example.com': app.url }));
    await startPython(t, 'authlib_app.py', [file, app.port], { port: app.port, environment: { ...environment, CLIENT_SECRET: client_secret } });

    const { status, text, pages } = await new Visitor({ worker, issuer }).signIn(app.url);
    assert.equal(status, 200, text);
    assert.deepEqual(pages, ['/account/signin', '/oauth/authorize', '/cb']);
    const user = JSON.parse(text);
    const [{ id }] = await worker.sql('SELECT id FROM users WHERE login = ?', ada.login);
    assert.deepEqual([user.sub, user.email, user.email_verified], [id, ada.email, true]);
  });
}
