// Secrets left in the memory written by the build's own code; the runtime's copies of a request are out of scope.

import { strict as assert } from 'node:assert';
import { randomBytes } from 'node:crypto';
import test from 'node:test';
import { fileURLToPath } from 'node:url';
import { activate, activationToken, ada, join, login, register, signIn } from './people.mjs';
import { resend } from './resend.mjs';
import { BASE_URL, open, uncounted } from './worker.mjs';

const entry = fileURLToPath(new URL('memory.worker.mjs', import.meta.url));
const MIB = 1024 * 1024;

/** The size of an isolate's memory, and how many fragments of a text are in it. */
async function lookInto(worker, text = BASE_URL) {
  const answer = await fetch(`${worker.url}/memory`, { method: 'POST', body: text });
  return answer.json();
}

test('a password leaves nothing in the memory of an isolate, whichever way it came', async (t) => {
  const mail = await resend(t);
  const worker = await open(t, { mail, vars: uncounted, entry });
  // Escaped in JSON and in a form, and longer than one block of the hash.
  const secret = () => `"${randomBytes(60).toString('base64')}"`;
  const assertGone = async (password) => assert.equal((await lookInto(worker, password)).fragments, 0);

  const person = { ...ada, password: secret() };
  assert.equal((await register(worker, person)).status, 200);
  await assertGone(person.password);
  assert.equal((await activate(worker, activationToken(await mail.emailTo(ada.email)))).status, 200);
  await signIn(worker, person);
  await assertGone(person.password);

  const wrong = secret();
  assert.equal((await login(worker, { ...ada, password: wrong })).status, 401);
  await assertGone(wrong);

  const typed = secret();
  const shown = await fetch(`${worker.url}/account/signin`);
  const cookies = shown.headers.getSetCookie().map((cookie) => cookie.split(';')[0]).join('; ');
  const [, seal] = (await shown.text()).match(/name="seal" value="([\w-]+)"/);
  const body = new URLSearchParams({ login: ada.login, password: typed, seal });
  assert.equal((await fetch(`${worker.url}/account/signin`, { method: 'POST', headers: { Cookie: cookies }, body })).status, 401);
  await assertGone(typed);

  assert.ok((await lookInto(worker, BASE_URL)).fragments > 0, 'what is kept is found');
});

test('however often a hash of 64 MiB is checked, an isolate stays well below its 128 MiB', async (t) => {
  const mail = await resend(t);
  const worker = await open(t, { mail, vars: uncounted, entry });
  await join(worker, mail, ada);
  const foreign = '$argon2id$v=19$m=65536,t=1,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4';
  await worker.sql('UPDATE passwords SET hash = ?', foreign);
  for (let round = 0; round < 3; round++) {
    for (const who of [ada.login, 'nobody']) assert.equal((await login(worker, { ...ada, login: who })).status, 401);
    const { size } = await lookInto(worker);
    assert.ok(size > 64 * MIB && size < 90 * MIB, `${size / MIB} MiB after round ${round}`);
  }
});
