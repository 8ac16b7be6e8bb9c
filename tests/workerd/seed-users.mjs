// Users by the hundred, written straight into the database: creating a hundred through the routes would take a minute, and none
// of them ever signs in.

import { randomBytes, randomInt, randomUUID } from 'node:crypto';
import { ada, register } from './people.mjs';

const DAY = 86_400_000;

/** How each kind of user is inserted. Strangers are not. */
export const kinds = {
  'with an account': (worker, people) => insertUsers(worker, people, null),
  'with two steps': insertUsersWithApp,
  disabled: (worker, people) => insertUsers(worker, people, Date.now()),
  'not activated': insertRegistrations,
};

/** A source of users not yet used in a request. From outside they look alike: names of one length, numbered in random order. */
export async function crowd(worker) {
  const like = await someHash(worker);
  let number = 100_000;

  /** Creates this many blocks, each with one person of every class; those whose class is a kind are inserted. */
  return async function come(blocks, classes) {
    const places = Array.from({ length: blocks }, (_, block) => classes.map((name) => ({ block, class: name }))).flat();
    const people = shuffled(places).map((place) => {
      const login = `p${number++}`;
      return { ...place, id: randomUUID(), login, email: `${login}@mail.example`, hash: nobodys(like) };
    });
    for (const [kind, insert] of Object.entries(kinds)) await insert(worker, JSON.stringify(people.filter((one) => one.class === kind)));
    return Object.values(Object.groupBy(people, ({ block }) => block));
  };
}

export function shuffled(items) {
  const order = [...items];
  for (let last = order.length - 1; last > 0; last--) {
    const other = randomInt(last + 1);
    [order[last], order[other]] = [order[other], order[last]];
  }
  return order;
}

const columns = "value ->> 'id', value ->> 'login', value ->> 'email', value ->> 'email', value ->> 'hash'";

function insertUsers(worker, people, disabledAt) {
  const sql = `
    INSERT INTO users (id, login, email, email_folded, password_hash, role, auth_version, disabled_at, created_at, updated_at)
    SELECT ${columns}, 'user', 1, ?, ?, ? FROM json_each(?)`;
  return worker.sql(sql, disabledAt, Date.now(), Date.now(), people);
}

/** Users who sign in with a password and an authenticator app; its secret is never opened, since nobody gets that far. */
async function insertUsersWithApp(worker, people) {
  await insertUsers(worker, people, null);
  const now = Date.now();
  const app = `
    INSERT INTO totp (user_id, sealed, app_key, last_step, created_at, op)
    SELECT value ->> 'id', 'x', 'x', 0, ?, '' FROM json_each(?)`;
  await worker.sql(app, now, people);
  const codes = `
    INSERT INTO recovery_codes (user_id, number, hash, created_at, op)
    SELECT people.value ->> 'id', numbers.value, people.value ->> 'hash', ?, ''
    FROM json_each(?) AS people, json_each('[0,1,2,3,4,5,6,7,8,9]') AS numbers`;
  await worker.sql(codes, now, people);
}

function insertRegistrations(worker, people) {
  const sql = `
    INSERT INTO registrations (id, login, email, email_folded, password_hash, address, created_at, expires_at)
    SELECT ${columns}, '', ?, ? FROM json_each(?)`;
  return worker.sql(sql, Date.now(), Date.now() + DAY, people);
}

/** A hash made by this worker. */
async function someHash(worker) {
  await register(worker, ada);
  return (await worker.sql('SELECT password_hash FROM registrations'))[0].password_hash;
}

/**
 * The same parameters with random salt and output, matching no password: Argon2id takes a little longer for some salts than for
 * others.
 */
function nobodys(like) {
  const [salt, output] = [16, 32].map((bytes) => randomBytes(bytes).toString('base64').replace(/=+$/, ''));
  return [...like.split('$').slice(0, -2), salt, output].join('$');
}
