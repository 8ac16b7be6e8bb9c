import { strict as assert } from 'node:assert';
import test from 'node:test';
import { open, uncounted } from './house.mjs';
import { ada, assertRefused, fiftyTimes, join, linkToken, login, me, signIn } from './people.mjs';
import { resend } from './resend.mjs';

const bob = { login: 'bob', email: 'bob@mail.example', password: 'a password of his own' };
const NEW = 'ada@elsewhere.example';

const wish = (house, { password }, { token }, email) =>
  house.post('/api/auth/email', { email, current_password: password }, { Authorization: `Bearer ${token}` });
const confirm = (house, token) => house.post('/api/auth/email/confirm', { token });
const undo = (house, token, password) => house.post('/api/auth/email/undo', { token, password });

const hasLink = (path) => (letter) => letter.text.includes(path);
const changeToken = async (mail, address) =>
  linkToken(await mail.letterTo(address, hasLink('/account/email?')), 'email', 'ghe_');
const undoToken = async (mail, address) =>
  linkToken(await mail.letterTo(address, hasLink('/account/email/undo?')), 'email/undo', 'ghu_');

/** Asserts that one of many was the one, and that the others were told their link is no good. */
function assertOneWon(answers) {
  const lost = answers.filter(({ status }) => status !== 200);
  assert.equal(lost.length, answers.length - 1);
  for (const answer of lost) assertRefused(answer, 400, 'invalid_token');
}

test('of fifty confirmations of one change at once exactly one is the one, and of fifty who undo it', async (t) => {
  const mail = await resend(t);
  const house = await open(t, { mail, vars: uncounted });
  await join(house, mail, ada);
  const session = await signIn(house, ada);
  assert.equal((await wish(house, ada, session, NEW)).status, 200);
  const change = await changeToken(mail, NEW);

  assertOneWon(await fiftyTimes(() => confirm(house, change)));
  assert.equal((await me(house, session.token)).json.email, NEW);
  assert.equal((await house.sql('SELECT id FROM email_undos')).length, 1);
  const back = await undoToken(mail, ada.email);
  assert.equal(mail.letters.filter(hasLink('/account/email/undo?')).length, 1);

  const passwords = Array.from({ length: 50 }, (_, index) => `a new password, number ${index}`);
  const answers = await Promise.all(passwords.map((password) => undo(house, back, password)));
  assertOneWon(answers);
  const chosen = passwords[answers.findIndex(({ status }) => status === 200)];
  assert.deepEqual(await house.sql('SELECT email, auth_version FROM users'), [{ email: ada.email, auth_version: 2 }]);
  assertRefused(await me(house, session.token), 401, 'token_revoked');
  assertRefused(await login(house, ada), 401, 'invalid_credentials');
  await signIn(house, { ...ada, password: chosen });
});

test('of two people who confirm one address at once, twenty-five times each, one has it', async (t) => {
  const mail = await resend(t);
  const house = await open(t, { mail, vars: uncounted });
  const tokens = [];
  for (const person of [ada, bob]) {
    await join(house, mail, person);
    const session = await signIn(house, person);
    assert.equal((await wish(house, person, session, NEW)).status, 200);
    const ofThis = (letter) => !tokens.some((token) => letter.text.includes(token));
    tokens.push(linkToken(await mail.letterTo(NEW, ofThis), 'email', 'ghe_'));
  }
  let turn = 0;
  assertOneWon(await fiftyTimes(() => confirm(house, tokens[turn++ % 2])));
  assert.equal((await house.sql('SELECT id FROM users WHERE email = ?', NEW)).length, 1);
});
