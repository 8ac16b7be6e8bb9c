import { strict as assert } from 'node:assert';
import test from 'node:test';
import { activate, activationToken, ada, register } from './people.mjs';
import { resend } from './resend.mjs';
import { until } from './until.mjs';
import { open } from './worker.mjs';

const outages = {
  'answers 503': (mail) => mail.fail(),
  'cannot be reached': (mail) => mail.refuse(),
  'accepts and hangs up before saying so': (mail) => mail.hangUp(),
};

for (const [failure, begin] of Object.entries(outages)) {
  test(`an email survives a provider that ${failure}, and arrives once`, async (t) => {
    const mail = await resend(t);
    const worker = await open(t, { mail });

    await begin(mail);
    assert.equal((await register(worker, ada)).status, 200);
    await attempted(worker);

    await mail.up();
    await due(worker);
    await worker.cron();
    await worker.cron();
    assert.equal(mail.emails.length, 1);

    const [row] = await worker.sql('SELECT sealed, sent_at FROM outbox');
    assert.equal(row.sealed, null, 'what the email carried is wiped');
    assert.ok(row.sent_at);
    assert.equal((await activate(worker, activationToken(mail.emails[0]))).status, 200);
  });
}

/** Waits until the first attempt, made after the response to the registration, has failed. */
function attempted(worker) {
  const failed = async () => (await worker.sql('SELECT id FROM outbox WHERE attempts = 1 AND lease_until IS NULL'))[0];
  return until(failed, () => `no attempt fails (${worker.log.join('\n')})`);
}

/** The first retry is a minute after the attempt. Instead of waiting, the test moves the email a minute back. */
const due = (worker) => worker.sql('UPDATE outbox SET next_at = next_at - 60000');
