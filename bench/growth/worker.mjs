// A worker with many users, including the users who send the requests, created through the routes.

import { ask } from '../../tests/workerd/http.mjs';
import { join, signIn } from '../../tests/workerd/people.mjs';
import { resend } from '../../tests/workerd/resend.mjs';
import { open, uncounted } from '../../tests/workerd/worker.mjs';
import { bearer, cookies, get } from '../routes.mjs';
import { fill, sweepings } from './fill.mjs';
import { inAYear } from './routes.mjs';
import { longAgo } from './tables.mjs';

const HOUR = 3600;
const password = 'correct horse battery staple';

/** Opens a worker with this many users, and prepares the states of this many connections. */
export async function openFilled(scope, users, connections) {
  const mail = await resend(scope);
  const settings = { ...uncounted, AUTH_ACCESS_TOKEN_LIFETIME: String(HOUR), AUTH_API_KEYS_PER_USER: '100' };
  const worker = await open(scope, { mail, vars: settings });
  await worker.close();
  const rows = fill(worker.state, users);
  await worker.reopen();

  const come = async (login) => {
    const person = { login, email: `${login}@login.example`, password };
    await join(worker, mail, person);
    if (login === 'admin') await worker.sql("UPDATE users SET role = 'admin' WHERE login = ?", login);
    const { token, refresh_token: refresh } = await signIn(worker, person);
    const { id } = (await worker.get('/api/auth/me', bearer({ token }))).json;
    return { ...person, id, token, refresh, cookie: await enter(worker, person) };
  };
  const admin = await come('admin');
  const states = [];
  for (let place = 0; place < connections; place++) {
    const [asker, changer] = [await come(`asker${place}`), await come(`changer${place}`)];
    const request = { description: 'a key', expired: inAYear() };
    const key = (await worker.post('/api/manage/v1/ApiKeys', request, bearer(asker))).json.value;
    // Each changes other users than its neighbours do.
    const next = Math.floor((place * users) / connections);
    states.push({ ...asker, key: btoa(`apikey:${key}`), admin, changer, users, next });
  }
  return { worker, states, rows };
}

/** Signs in on the page, as a browser does; returns its cookies. */
async function enter(worker, { login, password }) {
  const path = '/account/signin';
  const page = await ask(worker.url, get(path));
  const [, seal] = page.text.match(/name="seal" value="([^"]+)"/);
  const headers = { Cookie: cookies(page), 'Content-Type': 'application/x-www-form-urlencoded' };
  const body = new URLSearchParams({ seal, login, password }).toString();
  return cookies(await ask(worker.url, { method: 'POST', path, headers, body, status: 303 }));
}

/** Renews the proof of all sessions: a run takes longer than a proof lasts. */
export const freshen = (worker, states) =>
  worker.sql(
    'UPDATE sessions SET auth_time = ? WHERE user_id IN (SELECT value FROM json_each(?))',
    Date.now(),
    JSON.stringify(states.flatMap(({ id, admin, changer }) => [id, admin.id, changer.id])),
  );

/** Adds enough expired rows of everything cron removes that one run has the most work it may do, in a worker of any size. */
export async function neglect(worker, rows) {
  const people = await worker.sql("SELECT id FROM users WHERE role = 'user' LIMIT ?", rows);
  const owners = JSON.stringify(Array.from({ length: rows }, (_, place) => people[place % people.length].id));
  for (const { sql, span } of sweepings) await worker.sql(sql, owners, 0, longAgo(Date.now()), span);
}
