// The bench measures for minutes and is run by hand; here each of its requests is sent once.

import { strict as assert } from 'node:assert';
import { DatabaseSync } from 'node:sqlite';
import test from 'node:test';
import { compareAll, compared } from '../../bench/comparisons.mjs';
import { exchange } from '../../bench/exchange.mjs';
import { fileOf } from '../../bench/growth/fill.mjs';
import { measured } from '../../bench/growth/routes.mjs';
import { freshen, neglect, openFilled } from '../../bench/growth/worker.mjs';
import { routes } from '../../bench/routes.mjs';
import { systems } from '../../bench/systems/index.mjs';
import { ask } from './http.mjs';

for (const [system, open] of Object.entries(systems)) {
  test(`what the bench asks of "${system}" is answered rightly, and a stranger's answer is noticed`, async (t) => {
    const { worker, states: [state, other] } = await open(t, 2);
    const url = await worker.direct();
    for (const [route, way] of Object.entries(routes[system])) {
      const answer = await exchange(url, way, state);
      way.judge(answer, state);
      // Sign-in and refresh responses do not name the tokens' user.
      const told = ['me', 'verify', 'verify, API key', 'get-session', 'userinfo', 'D1 select'].includes(route);
      if (told) assert.throws(() => way.judge(answer, other), `${route} takes the answer of another person`);
    }
  });
}

test('a filled database is a valid one, answers what the bench asks of it, and is swept', async (t) => {
  const { worker, states } = await openFilled(t, 400, 2);
  const url = await worker.direct();
  await freshen(worker, states);
  for (const { ask: make, judge, prepare } of Object.values(measured)) {
    const [state] = prepare ? await prepare(worker, states, 1) : states;
    judge(await ask(url, make(state)), state);
  }

  const sweepable = "SELECT count(*) AS count FROM codes WHERE expires_at < 1000 * unixepoch('now', '-1 hour')";
  await neglect(worker, 10);
  const [{ count }] = await worker.sql(sweepable);
  await worker.cron();
  assert.deepEqual([count > 10, await worker.sql(sweepable)], [true, [{ count: 0 }]]);

  await worker.close();
  const database = new DatabaseSync(fileOf(worker.state));
  const check = (pragma) => database.prepare(`PRAGMA ${pragma}`).all().map((row) => ({ ...row }));
  assert.deepEqual([check('foreign_key_check'), check('integrity_check')], [[], [{ integrity_check: 'ok' }]]);
  database.close();
});

test('a target is reached or missed only if the whole spread agrees', () => {
  const judged = (rates) => {
    const samples = rates.flatMap((rate, round) => [sample('Gatehouse', round, rate), sample('Better Auth', round, 10)]);
    return compareAll(samples, compared).find(({ name }) => name === 'Gatehouse sign-in / Better Auth sign-in: requests/s');
  };
  assert.equal(judged([31, 32, 33]).verdict, 'reached');
  assert.equal(judged([27, 28, 29]).verdict, 'missed');
  assert.equal(judged([28, 32, 33]).verdict, 'open');
  assert.equal(judged([20, 30, 40]).ratio.median, 3);
});

const sample = (system, round, rate) => ({ system, route: 'sign-in', connections: 8, round, rate, cpu: 1 });
