import { strict as assert } from 'node:assert';
import test from 'node:test';
import { ada, assertRefused, fiftyTimes, join, linkToken, login, me, signIn } from './people.mjs';
import { resend } from './resend.mjs';
import { open, uncounted } from './worker.mjs';

const bob = { login: 'bob', email: 'bob@mail.example', password: 'a password of his own' };
const NEW = 'ada@elsewhere.example';

const requestChange = (worker, { password }, { token }, email) =>
  worker.post('/api/auth/email', { email, current_password: password }, { Authorization: `Bearer ${token}` });
const confirm = (worker, token) => worker.post('/api/auth/email/confirm', { token });
const undo = (worker, token, password) => worker.post('/api/auth/email/undo', { token, password });

const hasLink = (path) => (email) => email.text.includes(path);
const changeToken = async (mail, address) =>
  linkToken(await mail.emailTo(address, hasLink('/account/email?')), 'email', 'ghe_');
const undoToken = async (mail, address) =>
  linkToken(await mail.emailTo(address, hasLink('/account/email/undo?')), 'email/undo', 'ghu_');

/** Asserts that exactly one succeeded, and that the others were told their link is invalid. */
function assertOneWon(answers) {
  const lost = answers.filter(({ status }) => status !== 200);
  assert.equal(lost.length, answers.length - 1);
  for (const answer of lost) assertRefused(answer, 400, 'invalid_token');
}

test('of fifty confirmations of one change at once exactly one is the one, and of fifty who undo it', async (t) => {
  const mail = await resend(t);
  const worker = await open(t, { mail, vars: uncounted });
  await join(worker, mail, ada);
  const session = await signIn(worker, ada);
  assert.equal((await requestChange(worker, ada, session, NEW)).status, 200);
  const change = await changeToken(mail, NEW);

  assertOneWon(await fiftyTimes(() => confirm(worker, change)));
  assert.equal((await me(worker, session.token)).json.email, NEW);
  assert.equal((await worker.sql('SELECT id FROM email_undos')).length, 1);
  const back = await undoToken(mail, ada.email);
  assert.equal(mail.emails.filter(hasLink('/account/email/undo?')).length, 1);

  const passwords = Array.from({ length: 50 }, (_, index) => `a new password, number ${index}`);
  const answers = await Promise.all(passwords.map((password) => undo(worker, back, password)));
  assertOneWon(answers);
  const chosen = passwords[answers.findIndex(({ status }) => status === 200)];
  assert.deepEqual(await worker.sql('SELECT email, auth_version FROM users'), [{ email: ada.email, auth_version: 2 }]);
  assertRefused(await me(worker, session.token), 401, 'token_revoked');
  assertRefused(await login(worker, ada), 401, 'invalid_credentials');
  await signIn(worker, { ...ada, password: chosen });
});

test('of two people who confirm one address at once, twenty-five times each, one has it', async (t) => {
  const mail = await resend(t);
  const worker = await open(t, { mail, vars: uncounted });
  const tokens = [];
  for (const person of [ada, bob]) {
    await join(worker, mail, person);
    const session = await signIn(worker, person);
    assert.equal((await requestChange(worker, person, session, NEW)).status, 200);
    const ofThis = (email) => !tokens.some((token) => email.text.includes(token));
    tokens.push(linkToken(await mail.emailTo(NEW, ofThis), 'email', 'ghe_'));
  }
  let turn = 0;
  assertOneWon(await fiftyTimes(() => confirm(worker, tokens[turn++ % 2])));
  assert.equal((await worker.sql('SELECT id FROM users WHERE email = ?', NEW)).length, 1);
});
