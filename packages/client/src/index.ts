import { changing, owning, passkeys, registering } from './account.js';
import type { Client } from './client.js';
import { Connection } from './connection.js';
import type { Fetch } from './http.js';
import { Session } from './session.js';
import { signing } from './signing.js';
import { type TokenStorage, localTokens, memoryTokens } from './storage.js';

export interface ClientOptions {
  /** Gatehouse's `APP_BASE_URL`. */
  url: string;
  /**
   * Where the tokens are kept. `memory`, unless stated: the open tabs of an origin share them, and nothing is left when the last one
   * closes. `local` is `localStorage`, or memory where that is forbidden.
   */
  storage?: 'memory' | 'local' | TokenStorage;
  /** Origins to which `client.fetch` may send the token, besides this page's and Gatehouse's. */
  apis?: readonly string[];
  /** Sends requests, instead of the global `fetch`. */
  fetch?: Fetch;
}

export function createClient({ url, storage = 'memory', apis = [], fetch }: ClientOptions): Client {
  const home = url.replace(/\/+$/, '');
  const name = `gatehouse ${home}`;
  const named = storage === 'local' ? localTokens(name) : storage === 'memory' ? undefined : storage;
  const plain: Fetch = (request) => (fetch ?? globalThis.fetch)(request);
  const kept = { storage: named ?? memoryTokens(name), alone: !named };
  const session = new Session({ url: home, fetch: plain, ...kept });
  const connection = new Connection(home, session, plain, apis);
  return {
    getToken: () => session.token(),
    fetch: connection.fetch,
    subscribe: session.subscribe,
    snapshot: session.snapshot,
    dispose: () => session.close(),
    ...signing(connection),
    ...registering(connection),
    ...changing(connection),
    ...owning(connection),
    passkeys: passkeys(connection),
  };
}

export type { Client, SecondStep } from './client.js';
export { type ErrorCode, type ErrorData, GatehouseError, type SecondFactor, type Weakness, isError } from './error.js';
export type { Identity } from './pair.js';
export type { RedirectOptions } from './redirect.js';
export type {
  AppOffer, Application, CodesOffer, Export, Factors, IdentityProvider, Passkey, UpstreamTokens, User, UserSession,
} from './routes.js';
export type { Snapshot } from './session.js';
export type { TokenStorage } from './storage.js';
