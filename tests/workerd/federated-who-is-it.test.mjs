// Whose is an identity? Every case of docs/operate/PROVIDERS.md, "Whose account it is": what its user sees, and what is written.

import { strict as assert } from 'node:assert';
import { randomUUID } from 'node:crypto';
import test from 'node:test';
import { BY_IDENTITY, SIGN_UP, isSignedIn, ours, pathOf, signUp, through, withProviders } from './federated.mjs';
import { google } from './identity-providers/google.mjs';
import { activationToken, ada } from './people.mjs';

const ISSUER = 'https://accounts.google.com';

/** By how an address is proved: what Google says of it. */
const PROOFS = {
  none: (name) => ({ email: `${name}@gmail.com`, email_verified: false }),
  checked: (name) => ({ email: `${name}@mail.example`, email_verified: true }),
  authoritative: (name) => ({ email: `${name}@gmail.com`, email_verified: true }),
  trusted: (name) => ({ email: `${name}@trusted.example`, email_verified: true }),
};

/** By how sign-up is: the provider's setting, and the service's. */
const SIGN_UPS = {
  on: [{}, {}],
  off: [{ sign_up: false }, {}],
  closed: [{}, { AUTH_REGISTRATION: 'closed' }],
};

/** The contract: what becomes of an identity. */
function outcome({ known, proof, hasAccount, signedIn, signsUp }) {
  if (signedIn) return known ? 'refused' : 'connected';
  if (known) return 'entered';
  if (hasAccount && proof === 'trusted') return 'entered';
  if (hasAccount && proof !== 'none') return 'proved by signing in';
  if (!signsUp) return 'nothing';
  if (proof === 'none' || proof === 'checked') return hasAccount ? 'told by email' : 'proved by a link';
  return 'created';
}

const rows = Object.keys(PROOFS).flatMap((proof) =>
  [true, false].flatMap((known) =>
    [true, false].flatMap((hasAccount) => [true, false].map((signedIn) => ({ proof, known, hasAccount, signedIn })))));

test('every row of the table is as it stands there', async (t) => {
  for (const name of Object.keys(SIGN_UPS)) await t.test(`with sign-up ${name}`, (t) => tryAll(t, name));
});

async function tryAll(t, name) {
  const [of, settings] = SIGN_UPS[name];
  const provider = google(ours('google'));
  const trusting = { google: { trusted_domains: ['trusted.example'], ...of } };
  const { worker, mail, browser } = await withProviders(t, { google: provider }, trusting);
  Object.assign(worker.settings, settings);
  await worker.close();
  await worker.reopen();
  for (const [place, row] of rows.entries()) {
    const person = await prepare(worker, row, `person${place}`);
    const expected = outcome({ ...row, signsUp: name === 'on' });
    const world = { worker, mail, browser: browser(), provider, row, person };
    await t.test(`${JSON.stringify(row)}: ${expected}`, () => tryRow(world, expected));
  }
}

/** The accounts that a row wants, with the password of Ada: the identity's, the address's and the visitor's. */
async function prepare(worker, { proof, known, hasAccount }, name) {
  const said = { sub: name, ...PROOFS[proof](name) };
  const person = { name, said, visitor: await insert(worker, `${name}-visitor`) };
  if (hasAccount) person.account = await insert(worker, `${name}-address`, said.email);
  if (known) {
    person.owner = await insert(worker, `${name}-owner`);
    await worker.sql(
      "INSERT INTO identities (issuer, subject, user_id, provider, created_at, op) VALUES (?, ?, ?, 'google', 1, 'test')",
      ISSUER, name, person.owner.id,
    );
  }
  return person;
}

async function insert(worker, login, email = `${login}@mail.example`) {
  const id = randomUUID();
  await worker.sql(
    `INSERT INTO users (id, login, email, email_folded, password_hash, role, auth_version, created_at, updated_at)
     SELECT ?, ?, ?, ?, password_hash, role, auth_version, created_at, updated_at FROM users WHERE login = 'ada'`,
    id, login, email, email,
  );
  return { id, login, email, password: ada.password };
}

async function tryRow({ worker, mail, browser, provider, row, person }, expected) {
  const { name, said, account, owner, visitor } = person;
  const written = async () => [(await worker.sql('SELECT count(*) AS n FROM users'))[0].n, await connectedTo(worker, name)];
  const [users, before] = await written();
  if (row.signedIn) await browser.signIn(visitor);
  provider.person(said);
  const back = await through(browser, 'google', provider);

  if (expected === 'entered') {
    assert.equal(pathOf(back.location ?? ''), '/account', back.text);
    assert.match((await browser.ask('/account')).text, new RegExp(`>${(owner ?? account).login}<`));
    assert.deepEqual(await written(), [users, (owner ?? account).id]);
    if (!owner) await mail.emailTo(account.email, ({ text }) => /another provider/.test(text));
    return;
  }
  assert.equal(pathOf(back.location ?? ''), '/account/connect', back.text);
  const page = browser.keep(await browser.ask('/account/connect'));
  assert.equal(page.status, 200, page.text);
  assert.deepEqual(await written(), [users, before], 'coming back writes nothing');
  assert.equal(page.text.includes(SIGN_UP), ['told by email', 'proved by a link', 'created'].includes(expected));
  assert.equal(page.text.includes('There is an account'), expected === 'proved by signing in');
  const after = await NEXT[expected]({ worker, mail, browser, page, ...person });
  if (after === undefined) return assert.deepEqual(await written(), [users, before]);
  const [made, connected] = await written();
  if (after !== 'new') return assert.deepEqual([made, connected], [users, after]);
  assert.equal(made, users + 1);
  assert.deepEqual(await worker.sql('SELECT login, email FROM users WHERE id = ?', connected), [{ login: name, email: said.email }]);
}

/** What the user does next, by outcome: the account that has the identity then, or `new`, or none. */
const NEXT = {
  async connected({ browser, page, mail, visitor, account }) {
    assert.match(page.text, new RegExp(`>${visitor.login}<`));
    assert.equal(pathOf((await browser.on(page, '/account/connect', {})()).location), '/account/security');
    await mail.emailTo(visitor.email, ({ text }) => /another provider/.test(text));
    if (account) assert.equal(mail.emails.some(({ to }) => to.includes(account.email)), false);
    return visitor.id;
  },
  async refused({ browser, page, owner }) {
    const answer = await browser.on(page, '/account/connect', {})();
    assert.equal(answer.status, 409, answer.text);
    return owner.id;
  },
  async 'proved by signing in'({ browser, page, account }) {
    assert.match(page.text, new RegExp(account.email));
    await browser.signIn(account);
    const asked = browser.keep(await browser.ask('/account/connect'));
    assert.equal(pathOf((await browser.on(asked, '/account/connect', {})()).location), '/account/security');
    return account.id;
  },
  async nothing({ browser }) {
    assert.ok(!(await isSignedIn(browser)));
  },
  async 'told by email'({ browser, page, mail, name, account }) {
    const done = await signUp(browser, page, { login: name, email: account.email });
    assert.equal(pathOf(done.location), '/account/activate', done.text);
    const { text } = await mail.emailTo(account.email);
    assert.match(text, /already/);
    assert.doesNotMatch(text, /activate\?token=/);
  },
  async 'proved by a link'({ browser, page, mail, name, said }) {
    const done = await signUp(browser, page, { login: name, email: said.email });
    assert.equal(pathOf(done.location), '/account/activate', done.text);
    const link = `/account/activate?token=${activationToken(await mail.emailTo(said.email))}`;
    const activated = await browser.on(browser.keep(await browser.ask(link)), BY_IDENTITY, {})();
    assert.equal(pathOf(activated.location), '/account/signin?r=%2Faccount', activated.text);
    return 'new';
  },
  async created({ browser, page, mail, name, said }) {
    assert.match(page.text, new RegExp(said.email));
    assert.doesNotMatch(page.text, /name="email"/);
    assert.equal(pathOf((await signUp(browser, page, { login: name })).location), '/account');
    assert.ok(await isSignedIn(browser));
    assert.equal(mail.emails.some(({ to }) => to.includes(said.email)), false);
    return 'new';
  },
};

const connectedTo = async (worker, subject) => (await worker.sql('SELECT user_id FROM identities WHERE subject = ?', subject))[0]?.user_id;
