import { strict as assert } from 'node:assert';
import test from 'node:test';
import { activate, activationToken, ada, assertRefused, join, logout, me, refresh, register, signIn } from './people.mjs';
import { resend } from './resend.mjs';
import { open } from './worker.mjs';

test('nothing the service has acknowledged is lost when its power is cut', async (t) => {
  const mail = await resend(t);
  const worker = await open(t, { mail });
  await join(worker, mail, ada);
  const kept = await signIn(worker, ada);
  const ended = await signIn(worker, ada);
  const rotated = await refresh(worker, kept.refresh_token);
  await logout(worker, ended.token);

  await mail.refuse();
  const grace = { login: 'grace', email: 'grace@mail.example', password: 'a ship in port is safe' };
  assert.equal((await register(worker, grace)).status, 200);

  await worker.cutPower();
  await worker.reopen();

  await t.test('the user signs in', () => signIn(worker, ada));

  await t.test('the session goes on where it was, under the same keys', async () => {
    assert.equal((await me(worker, kept.token)).status, 200);
    assert.equal((await me(worker, rotated.json.token)).status, 200);
    const next = await refresh(worker, rotated.json.refresh_token);
    assert.equal(next.status, 200);
    assert.notEqual(next.text, rotated.text);
  });

  await t.test('who has left stays out', async () => {
    assertRefused(await me(worker, ended.token), 401, 'token_revoked');
    assertRefused(await refresh(worker, ended.refresh_token), 401, 'invalid_refresh_token');
  });

  await t.test('the email that could not be sent is sent', async () => {
    await mail.up();
    // It waits for its retry, or for the lease of the attempt that died; the test does not.
    await worker.sql('UPDATE outbox SET next_at = 0, lease_until = NULL WHERE sent_at IS NULL');
    await worker.cron();
    assert.equal((await activate(worker, activationToken(await mail.emailTo(grace.email)))).status, 200);
  });
});
