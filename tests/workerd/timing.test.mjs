// Response times reveal nothing about an account. Every route that takes a name or an address is called for users of each kind
// and for strangers. They come in blocks, one of every class in a random order, and differences are taken within a block: a
// slowdown that lasts longer affects the whole block. If the class makes no difference, chance alone decides which of two in a
// block took longer, and the signed-rank test needs no more. Two kinds of strangers validate the measurement itself: one is like
// the others, and one is held back for 2 ms. Where these are not told apart as they must be, the test makes no claim about the
// others.
//
// Run by `npm test -- timing`: it needs a machine that does little else. tests/native/enumeration.rs counts what this test
// measures by the clock. No name is used twice: the rate limits are not measured here.

import { strict as assert } from 'node:assert';
import { randomBytes } from 'node:crypto';
import test from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Passkey } from './passkey.mjs';
import { answerTo } from './people.mjs';
import { resend } from './resend.mjs';
import { crowd, kinds, shuffled } from './seed-users.mjs';
import { median, shift } from './statistics.mjs';
import { stopwatch } from './stopwatch.mjs';
import { BASE_URL, open, uncounted } from './worker.mjs';

/** A difference of this many milliseconds must be detected; a hash takes twenty times as long. */
const VISIBLE = 2;
/** An estimate from here on is a finding. At 2, every other shift of 2 would be estimated too small. */
const NOTICED = VISIBLE / 2;
/** And only if chance is as unlikely as this: with 35 comparisons a run, one run in 3,000 would be a false alarm. */
const SIGNIFICANT = 1e-5;
/** Half the width of a 95 % interval with which a shift of 2 ms is missed once in fifty. */
const SHARP = 0.6;
/** Blocks between two checks for sufficient data, and the most checks: a quiet machine needs one, a crowded one all. */
const BLOCKS = 50;
const LOOKS = 3;

const STRANGER = 'a stranger';
/** The two classes that validate the measurement: one without a difference, and one with a difference. */
const [SAME, LATE] = ['another stranger', 'one 2 ms late'];
const CLASSES = [STRANGER, SAME, LATE, ...Object.keys(kinds)];

const password = () => randomBytes(15).toString('base64url');
const requestCode = (worker, { email }) => worker.post('/api/auth/otp/request', { email });

/** Whoever has an account has a passkey. One answers for everybody, with a wrong signature. */
async function answerWithPasskey(worker, person) {
  const passkey = Object.assign(new Passkey(BASE_URL), { signsWrongly: true });
  const [rp, user] = [{ id: new URL(BASE_URL).hostname }, { id: Buffer.from(person.id.replaceAll('-', ''), 'hex').toString('base64url') }];
  passkey.create({ publicKey: { rp, user, challenge: '' } });
  await worker.sql(
    `INSERT INTO passkeys (user_id, id, kind, rp_id, public_key, sign_count, backup_eligible, backed_up, transports, aaguid, name, created_at, op)
     SELECT id, ?, 'passkey', ?, ?, 0, 1, 1, '', '00000000-0000-0000-0000-000000000000', 'Passkey', updated_at, '' FROM users WHERE id = ?`,
    passkey.id, rp.id, passkey.publicKey, person.id,
  );
  person.credential = await answerTo(worker, '/api/auth/passkey/options', passkey);
}

const routes = {
  'local/register': { status: 200, body: ({ login, email }) => ({ login: `x${login}`, email, password: password() }) },
  // By name in one block, by address in the next.
  'local/login': { status: 401, body: ({ block, login, email }) => ({ login: block % 2 ? login : email, password: password() }) },
  'local/activate/send': { status: 200, body: ({ email }) => ({ email }) },
  'local/recover': { status: 200, body: ({ email }) => ({ email }) },
  'otp/request': { status: 200, body: ({ email }) => ({ email }) },
  // Strangers too have requested a code; without a request there is no row, for any class.
  'otp/verify': { status: 401, before: requestCode, body: ({ email }) => ({ email, code: '000000' }) },
  passkey: { status: 401, before: answerWithPasskey, body: ({ credential }) => ({ credential }) },
};

test('how long an answer takes tells nothing about an account', async (t) => {
  const mail = await resend(t);
  const worker = await open(t, { mail, vars: uncounted });
  const come = await crowd(worker);
  const post = stopwatch(t, worker);

  for (const [path, route] of Object.entries(routes)) {
    await t.test(`at ${path}`, async (t) => {
      const answers = new Set();
      const ask = async (person) => {
        const late = person.class === LATE ? VISIBLE : 0;
        const { took, status, text } = await post(`/api/auth/${path}`, route.body(person), { late });
        answers.add(`${status} ${text}`);
        await quiet(worker);
        return took;
      };
      const measure = async (people) => {
        for (const person of people) await route.before?.(worker, person);
        await quiet(worker);
        const times = {};
        for (const person of shuffled(people)) times[person.class] = await ask(person);
        return times;
      };

      // Unmeasured: code is being compiled, memory allocated.
      for (const people of await come(2, CLASSES)) await measure(people);
      const series = async () => {
        const blocks = [];
        let found;
        for (let look = 0; look < LOOKS && !isEnough(found); look++) {
          for (const people of await come(BLOCKS, CLASSES)) blocks.push(await measure(people));
          found = compare(blocks);
        }
        for (const line of table(blocks, found)) t.diagnostic(line);
        return found;
      };
      let found = await series();
      const told = () => Object.keys(kinds).filter((name) => isFinding(found[name]));
      const first = told();
      // A difference caused by the product recurs; one caused by the machine in those minutes does not.
      if (first.length > 0) found = await series();

      const [answer, ...others] = answers;
      assert.deepEqual(others, [], `some got another answer than ${answer}`);
      assert.ok(answer.startsWith(`${route.status} `), answer);
      // A machine that cannot measure proves neither a fault of the worker nor its absence.
      if (isFinding(found[SAME])) return t.skip('not measured here: one stranger took longer than another');
      assert.deepEqual(told().filter((name) => first.includes(name)), [], 'they can be told from a stranger, twice');
      if (!isFinding(found[LATE])) t.skip(`not measured here: a shift of ${VISIBLE} ms would not have been seen`);
    });
  }
});

/**
 * How much longer than a stranger each class takes. The late ones are compared with the other strangers, so that the decision to
 * stop does not depend on the results.
 */
function compare(blocks) {
  const longer = (name, than) => shift(blocks.map((times) => times[name] - times[than]));
  return Object.fromEntries(CLASSES.slice(1).map((name) => [name, longer(name, name === LATE ? SAME : STRANGER)]));
}

const isFinding = ({ estimate, p }) => Math.abs(estimate) >= NOTICED && p < SIGNIFICANT;
const isEnough = (found) => found !== undefined && isFinding(found[LATE]) && found[LATE].high - found[LATE].low <= 2 * SHARP;

function table(blocks, found) {
  const ms = (value) => value.toFixed(2).padStart(6);
  const row = (name, rest) => `${name.padEnd(16)} ${ms(median(blocks.map((times) => times[name])))}  ${rest}`;
  const rows = Object.entries(found).map(([name, { estimate, low, high, p }]) =>
    row(name, `${ms(estimate)} [${ms(low)},${ms(high)}] ${p.toExponential(0).padStart(6)}`));
  return [`${blocks.length} blocks, ms       median   shift [95 % interval]     p`, row(STRANGER, ''), ...rows];
}

/**
 * Waits until all work of the last request is done. An email being sent would slow down the next request, which within a block is
 * more likely of another class.
 */
async function quiet(worker) {
  while ((await worker.sql('SELECT id FROM outbox WHERE sent_at IS NULL')).length > 0) await sleep(1);
  // Twice the pause before a background task: a request without an email leaves one too, which does nothing.
  await sleep(20);
}
