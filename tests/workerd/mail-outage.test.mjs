import { strict as assert } from 'node:assert';
import test from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { open } from './house.mjs';
import { activate, activationToken, ada, register } from './people.mjs';
import { resend } from './resend.mjs';

const outages = {
  'answers 503': (mail) => mail.fail(),
  'cannot be reached': (mail) => mail.refuse(),
  'accepts and hangs up before saying so': (mail) => mail.hangUp(),
};

for (const [failure, begin] of Object.entries(outages)) {
  test(`a letter survives a provider that ${failure}, and arrives once`, async (t) => {
    const mail = await resend(t);
    const house = await open(t, { mail });

    await begin(mail);
    assert.equal((await register(house, ada)).status, 200);
    await attempted(house);

    await mail.up();
    await due(house);
    await house.cron();
    await house.cron();
    assert.equal(mail.letters.length, 1);

    const [row] = await house.sql('SELECT sealed, sent_at FROM outbox');
    assert.equal(row.sealed, null, 'what the letter carried is wiped');
    assert.ok(row.sent_at);
    assert.equal((await activate(house, activationToken(mail.letters[0]))).status, 200);
  });
}

/** Waits until the first attempt, made after the answer to the registration, has failed. */
async function attempted(house) {
  for (let waited = 0; waited < 5000; waited += 20) {
    const [row] = await house.sql('SELECT attempts, lease_until FROM outbox');
    if (row.attempts === 1 && row.lease_until === null) return;
    await sleep(20);
  }
  assert.fail(`no failed attempt within 5 s:\n${house.log.join('\n')}`);
}

/** The first retry is a minute after the attempt. The test does not wait for it: it moves the letter a minute back. */
const due = (house) => house.sql('UPDATE outbox SET next_at = next_at - 60000');
