// One form of a page, sent fifty times at once: it takes effect once, and every response reports the same result.

import { strict as assert } from 'node:assert';
import test from 'node:test';
import { Browser } from './form-browser.mjs';
import { ada, fiftyTimes, join } from './people.mjs';
import { resend } from './resend.mjs';
import { open, uncounted } from './worker.mjs';

async function workerOfAda(t) {
  const mail = await resend(t);
  const worker = await open(t, { mail, vars: uncounted });
  await join(worker, mail, ada);
  return { worker, mail };
}

test('fifty times the form of a new key at once is one key, which all fifty show', async (t) => {
  const { worker, mail } = await workerOfAda(t);
  const browser = new Browser(worker);
  await browser.signIn(ada);
  for (const [action, fields] of [['/account/keys/api', { name: 'one', life: '30' }], ['/account/keys/private', { name: 'two', life: '30' }]]) {
    const make = await browser.fillIn('/account/keys', action, fields);
    const answers = await fiftyTimes(make);
    const shown = answers.map(({ status, text }) => `${status} ${text.match(/<code class="value"[^>]*>([^<]+)</)?.[1]}`);
    const [value, ...others] = new Set(shown);
    assert.deepEqual([value.slice(0, 4), others], ['200 ', []]);
  }
  assert.deepEqual(await worker.sql('SELECT name FROM tokens ORDER BY name'), [{ name: 'one' }, { name: 'two' }]);
  assert.deepEqual(await worker.sql("SELECT count(*) AS entries FROM audit WHERE act = 'create_token'"), [{ entries: 2 }]);
  await mail.emailTo(ada.email, ({ subject }) => /key|token/i.test(subject));
});

test('fifty times the form of a code at once is one session, which all fifty get', async (t) => {
  const { worker, mail } = await workerOfAda(t);
  const browser = new Browser(worker);
  const send = await browser.fillIn('/account/signin', '/account/signin/code', { login: ada.email, password: '' });
  const page = await send();
  const { subject } = await mail.emailTo(ada.email, ({ subject }) => /^\d{6} /.test(subject));
  const verify = browser.on(page, '/account/signin/verify', { code: subject.slice(0, 6) });
  const answers = await fiftyTimes(verify);
  const got = answers.map(({ status, location, kept }) => [status, location, kept['__Host-session'], kept['__Host-device']].join());
  assert.equal(new Set(got).size, 1, [...new Set(got)].join('\n'));
  browser.keep(answers[0]);
  assert.match((await browser.ask('/account')).text, /ada@mail\.example/);
  assert.equal((await worker.sql('SELECT id FROM sessions')).length, 1);
});
