import { strict as assert } from 'node:assert';
import test from 'node:test';
import { open } from './house.mjs';
import { activate, activationToken, ada, assertRefused, join, logout, me, refresh, register, signIn } from './people.mjs';
import { resend } from './resend.mjs';

test('nothing a house has acknowledged is lost when its power is cut', async (t) => {
  const mail = await resend(t);
  const house = await open(t, { mail });
  await join(house, mail, ada);
  const kept = await signIn(house, ada);
  const ended = await signIn(house, ada);
  const rotated = await refresh(house, kept.refresh_token);
  await logout(house, ended.token);

  await mail.refuse();
  const grace = { login: 'grace', email: 'grace@mail.example', password: 'a ship in port is safe' };
  assert.equal((await register(house, grace)).status, 200);

  await house.cutPower();
  await house.reopen();

  await t.test('the user signs in', () => signIn(house, ada));

  await t.test('the session goes on where it was, under the same keys', async () => {
    assert.equal((await me(house, kept.token)).status, 200);
    assert.equal((await me(house, rotated.json.token)).status, 200);
    const next = await refresh(house, rotated.json.refresh_token);
    assert.equal(next.status, 200);
    assert.notEqual(next.text, rotated.text);
  });

  await t.test('who has left stays out', async () => {
    assertRefused(await me(house, ended.token), 401, 'token_revoked');
    assertRefused(await refresh(house, ended.refresh_token), 401, 'invalid_refresh_token');
  });

  await t.test('the letter that could not be sent is sent', async () => {
    await mail.up();
    // It waits for its retry, or for the lease of the attempt that died; the test does not.
    await house.sql('UPDATE outbox SET next_at = 0, lease_until = NULL WHERE sent_at IS NULL');
    await house.cron();
    assert.equal((await activate(house, activationToken(await mail.letterTo(grace.email)))).status, 200);
  });
});
