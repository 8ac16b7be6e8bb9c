import { strict as assert } from 'node:assert';
import test from 'node:test';
import { ada, join, signIn } from './people.mjs';
import { resend } from './resend.mjs';
import { open } from './worker.mjs';

/** The location of ada's session, and her recovery email, in a worker whose clients are where `cf` says. */
async function placed(t, cf) {
  const mail = await resend(t);
  const worker = await open(t, { mail, cf });
  await join(worker, mail, ada);
  const { token } = await signIn(worker, ada);
  const { sessions } = (await worker.get('/api/auth/sessions', { Authorization: `Bearer ${token}` })).json;
  assert.equal(sessions.length, 1);
  assert.equal(sessions[0].device, 'Node');
  assert.equal((await worker.post('/api/auth/local/recover', { email: ada.email })).status, 200);
  const email = await mail.emailTo(ada.email, ({ subject }) => subject.includes('password'));
  return { place: sessions[0].place, email: email.text };
}

test('a session and an email say where Cloudflare places the caller', async (t) => {
  const { place, email } = await placed(t, { country: 'FR', region: 'Auvergne-Rhône-Alpes', city: 'Lyon', latitude: '45.7' });
  assert.equal(place, 'Lyon, FR');
  assert.match(email, /\(Lyon, FR\)|from Lyon, FR/);
  assert.doesNotMatch(email, /45\.7/);
});

test('where Cloudflare says nothing, or no text, there is no place', async (t) => {
  assert.equal((await placed(t, {})).place, null);
  assert.equal((await placed(t, { country: 7, region: null, city: { name: 'Lyon' } })).place, null);
});
