// A Cloudflare account on this machine: the part of its API that wrangler uses here, with a D1 of workerd behind it. What is
// deployed runs in workerd, with the uploaded modules, bindings and secrets, at the address of the account.

import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { closing } from '../workerd/closing.mjs';
import { routes } from './cloudflare-api.mjs';
import { Databases, Deployed } from './cloudflare-runtime.mjs';

const API = '/client/v4';
const ACCOUNT = '0123456789abcdef0123456789abcdef';

/** Opens an empty account that closes with the test. */
export async function openAccount(t) {
  const state = await mkdtemp(join(tmpdir(), 'gatehouse-account-'));
  closing(t, () => rm(state, { recursive: true }));
  const account = new Account(state);
  closing(t, () => account.close());
  account.server.listen(0, '127.0.0.1');
  await once(account.server, 'listening');
  account.url = `http://localhost:${account.server.address().port}`;
  /** What wrangler takes from the environment. */
  account.environment = { CLOUDFLARE_API_BASE_URL: account.url + API, CLOUDFLARE_API_TOKEN: 'token', CLOUDFLARE_ACCOUNT_ID: ACCOUNT };
  return account;
}

/** The bindings of the version that has the traffic. */
export const deployed = (account, name) => account.scripts.get(name).current().metadata.bindings;

class Account {
  /** Method and path of each request for the API, without the account's own prefix. */
  asked = [];
  /** By name: what has been deployed. */
  scripts = new Map();
  /** By title. */
  namespaces = new Map();
  /** What its owner's token may use. */
  accounts = [{ id: ACCOUNT, name: 'Somebody' }];
  /** Answers a request in place of the account, if it returns something; `'lost'` carries it out and ends the connection. */
  disturb = () => undefined;

  constructor(state) {
    this.databases = new Databases(state);
    this.deployed = new Deployed(this.databases);
    this.server = createServer((request, response) => this.#serve(request, response).catch((error) => response.writeHead(500).end(String(error.stack))));
  }

  /** What there is: the names. */
  holdings() {
    const [databases, namespaces, scripts] = [this.databases.ids, this.namespaces, this.scripts].map((things) => [...things.keys()]);
    return { databases, namespaces, scripts };
  }

  secrets(name) {
    return Object.fromEntries(this.scripts.get(name).secrets);
  }

  async close() {
    this.server.close();
    this.server.closeAllConnections();
    await this.deployed.close();
    await this.databases.close();
  }

  async #serve(request, response) {
    const { pathname, searchParams } = new URL(request.url, this.url);
    if (!pathname.startsWith(`${API}/`)) return this.deployed.serve(request, response);
    const path = pathname.slice(API.length).replace(`/accounts/${ACCOUNT}`, '');
    const asked = `${request.method} ${path}`;
    const body = Buffer.concat(await Array.fromAsync(request));
    const disturbed = this.disturb(asked);
    this.asked.push(asked);
    const answer = (disturbed !== 'lost' && disturbed) || (await this.#answer(asked, { body, searchParams, type: request.headers['content-type'] }));
    if (disturbed === 'lost') return response.destroy();
    const { status = 200, result = null, errors = [] } = answer;
    response.writeHead(status, { 'Content-Type': 'application/json' });
    response.end(JSON.stringify({ success: errors.length === 0, errors, messages: [], result, result_info: answer.info }));
  }

  #answer(asked, request) {
    for (const [pattern, act] of routes) {
      const match = asked.match(pattern);
      if (match) return act(this, request, ...match.slice(1).map(decodeURIComponent));
    }
    return { status: 404, errors: [{ code: 7003, message: `this account has no ${asked}` }] };
  }
}
