import { strict as assert } from 'node:assert';
import { writeFile } from 'node:fs/promises';
import { join as path } from 'node:path';
import test from 'node:test';
import { ada } from '../../workerd/people.mjs';
import { RS256, address, example, provider, startPython } from './provider.mjs';
import { Visitor } from './visitor.mjs';

for (const { name, module, start, callback } of [
  { name: 'django-allauth', module: 'allauth', start: '/accounts/oidc/gatehouse/login/', callback: '/accounts/oidc/gatehouse/login/callback/' },
  { name: 'mozilla-django-oidc', module: 'mozilla_django_oidc', start: '/oidc/authenticate/', callback: '/oidc/callback/' },
]) {
  test(`a Django application with ${name} signs a user in by the example`, async (t) => {
    const { issuer, worker, register, folder, environment } = await provider(t, RS256);
    const app = await address();
    const { client_secret } = await register({ client_id: 'shop', redirect_uris: [app.url + callback] });
    const file = path(folder, 'example.py');
    await writeFile(file, await example(name, { 'https://auth.example.com': issuer }));
    await startPython(t, 'django_app.py', [module, file, app.port], { port: app.port, environment: { ...environment, CLIENT_SECRET: client_secret } });

    const visitor = new Visitor({ worker, issuer });
    const { status, text, pages } = await visitor.signIn(app.url + start);
    assert.equal(status, 200, text);
    assert.deepEqual(pages, ['/account/signin', '/oauth/authorize', '/']);
    assert.equal(text, ada.email);
    assert.equal((await visitor.open(app.url)).text, ada.email, 'the application keeps a session of its own');
  });
}
