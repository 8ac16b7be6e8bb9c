// Users sign in with other providers: stand-ins that are true to the vendors' wire.

import { strict as assert } from 'node:assert';
import test from 'node:test';
import { connect, isSignedIn, ours, pathOf, through, withProviders } from './federated.mjs';
import { entra, tenants } from './identity-providers/entra.mjs';
import { github } from './identity-providers/github.mjs';
import { google } from './identity-providers/google.mjs';
import { ada } from './people.mjs';

test('a user connects an account of Google, signs in with it, and disconnects it', async (t) => {
  const provider = google(ours('google'));
  provider.person({ email: 'ada@somewhere.example' });
  const { worker, mail, browser } = await withProviders(t, { google: provider });
  const first = browser();
  await first.signIn(ada);
  const done = await connect(first, 'google', provider);
  assert.equal(pathOf(done.location), '/account/security', done.text);
  assert.match((await mail.emailTo(ada.email, ({ text }) => /another provider/.test(text))).text, /another provider/);

  const second = browser();
  const entered = await through(second, 'google', provider);
  assert.equal(pathOf(entered.location), '/account');
  assert.ok(await isSignedIn(second));
  const [session] = await worker.sql('SELECT factor FROM sessions ORDER BY created_at DESC LIMIT 1');
  assert.equal(session.factor, 'fed');

  const page = first.keep(await first.ask('/account/security'));
  await first.on(page, '/account/security/identities/remove', {})();
  const third = browser();
  assert.equal(pathOf((await through(third, 'google', provider)).location), '/account/connect');
  assert.ok(!(await isSignedIn(third)));
});

test('a known address signs nobody in and connects nothing', async (t) => {
  const provider = google(ours('google'));
  provider.person({ email: ada.email, hd: 'mail.example' });
  const { worker, browser } = await withProviders(t, { google: provider });
  const visitor = browser();
  await through(visitor, 'google', provider);
  assert.ok(!(await isSignedIn(visitor)));
  const page = await visitor.ask('/account/connect');
  assert.match(page.text, /There is an account with the address/);
  assert.deepEqual(await worker.sql('SELECT * FROM identities'), []);
});

test('Entra and GitHub name a user by what never changes', async (t) => {
  const providers = { microsoft: entra(ours('microsoft')), github: github(ours('github')) };
  const { worker, browser } = await withProviders(t, providers);
  const visitor = browser();
  await visitor.signIn(ada);
  for (const [id, provider] of Object.entries(providers)) assert.equal((await connect(visitor, id, provider)).status, 303, id);
  const rows = await worker.sql('SELECT issuer, subject FROM identities ORDER BY issuer');
  assert.deepEqual(rows.map(({ issuer }) => issuer.replace(/[0-9a-f-]{36}/, 'tenant')), ['https://github.com', 'https://login.microsoftonline.com/tenant/v2.0']);
  assert.match(rows[0].subject, /^\d+$/);
  assert.match(rows[1].subject, /^[0-9a-f-]{36}$/);
});

test('Entra is asked for everybody, for personal accounts, or for one tenant', async (t) => {
  const { personal, contoso, fabrikam } = tenants;
  for (const [tenant, signIn, refused] of [
    ['common', [personal, contoso], []],
    ['organizations', [contoso, fabrikam], [personal]],
    ['consumers', [personal], [contoso]],
    [contoso, [contoso], [fabrikam, personal]],
  ]) {
    const provider = entra(ours('microsoft'));
    const { browser } = await withProviders(t, { microsoft: provider }, { microsoft: { tenant } });
    for (const tid of signIn) {
      provider.person({ tid });
      assert.equal(pathOf((await through(browser(), 'microsoft', provider)).location), '/account/connect', `${tenant}: ${tid}`);
    }
    for (const tid of refused) {
      provider.person({ tid });
      await assert.rejects(through(browser(), 'microsoft', provider), /AADSTS50020/, `${tenant}: ${tid}`);
    }
  }
});

test('who does not agree is told so, and can sign in another way', async (t) => {
  const provider = google(ours('google'));
  const { browser } = await withProviders(t, { google: provider });
  const visitor = browser();
  const back = await through(visitor, 'google', provider, '/account', { deny: true });
  assert.equal(back.status, 400);
  assert.match(back.text, /Google didn&#39;t sign you in|Google didn't sign you in/);
  assert.match(back.text, /action="\/account\/signin"/);
});
