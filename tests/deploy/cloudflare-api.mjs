// The calls of Cloudflare's API, and what an account does with each. An error has Cloudflare's own code.

import { randomUUID } from 'node:crypto';
import { scriptRoutes } from './cloudflare-scripts.mjs';

const now = () => new Date().toISOString();
const refuse = (status, code, message) => ({ status, errors: [{ code, message }] });
const json = ({ body }) => JSON.parse(body.toString());

/** Everything fits on the first page. */
const page = ({ searchParams }, all) => ({ result: Number(searchParams.get('page') ?? 1) === 1 ? all : [] });

/** A pattern of method and path, and the answer. */
export const routes = [
  [/^GET \/user\/tokens\/verify$/, () => ({ result: { id: 'token', status: 'active' } })],
  [/^GET \/user$/, () => ({ result: { id: '1', email: 'somebody@mail.example' } })],
  [/^GET \/accounts$/, ({ accounts }) => ({ result: accounts })],
  [/^GET \/memberships$/, ({ accounts }) => ({ result: accounts.map((account) => ({ id: account.id, account, roles: [] })) })],

  [/^GET \/d1\/database$/, ({ databases }, request) => page(request, [...databases.ids].map(database))],
  [/^POST \/d1\/database$/, createDatabase],
  [/^GET \/d1\/database\/([^/]+)$/, (account, _, id) => found(account, id, (one) => ({ result: database(one) }))],
  [/^POST \/d1\/database\/([^/]+)\/query$/, (account, request, id) => found(account, id, (one) => query(account, request, one))],

  [/^GET \/storage\/kv\/namespaces$/, ({ namespaces }, request) => page(request, [...namespaces].map(([title, id]) => ({ id, title, supports_url_encoding: true })))],
  [/^POST \/storage\/kv\/namespaces$/, createNamespace],

  ...scriptRoutes,
];

const database = ([name, uuid]) => ({ uuid, name, version: 'production', created_at: now(), num_tables: 0, file_size: 0 });

async function createDatabase({ databases }, request) {
  const { name } = json(request);
  if (databases.ids.has(name)) return refuse(400, 7502, `A database with the name '${name}' already exists`);
  await databases.create(name, randomUUID());
  return { result: database(databases.find(name)) };
}

function found({ databases }, idOrName, answer) {
  const one = databases.find(idOrName);
  return one ? answer(one) : refuse(404, 7404, `The database ${idOrName} could not be found`);
}

async function query({ databases }, request, [, id]) {
  const { sql, params } = json(request);
  try {
    return { result: await databases.query(id, sql, params) };
  } catch (error) {
    return refuse(400, 7500, error.message);
  }
}

function createNamespace({ namespaces }, request) {
  const { title } = json(request);
  if (namespaces.has(title)) return refuse(400, 10014, `A namespace with this account ID and title already exists.`);
  namespaces.set(title, randomUUID().replaceAll('-', ''));
  return { result: { id: namespaces.get(title), title } };
}
