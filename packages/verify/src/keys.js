// The key sets of issuers: one for each address, shared by all verifiers of a process or an isolate.

import { createLocalJWKSet } from 'jose';
import { keep, kept } from './edge-cache.js';
import { unavailable } from './refusal.js';
import { ask, json } from './request.js';

/** How often unknown keys make an issuer be asked again, in milliseconds: anybody can make up names of keys. */
const SEARCH_PAUSE = 300_000;
/** After how long a fetch that others wait for is started again, and after how long nobody waits any more. */
const PATIENCE = 1000;
const TIMEOUT = 5000;

const sets = new Map();

/** `fetch` asks the issuer, and `maxAge` is in milliseconds. */
export function keySet(address, { fetch, maxAge }) {
  if (!sets.has(address)) sets.set(address, new KeySet(address));
  const set = sets.get(address);
  return {
    get: () => set.get(fetch, maxAge),
    search: (seen) => set.search(seen, fetch, maxAge),
  };
}

class KeySet {
  #current;
  #flight;
  #searchedAt = -Infinity;

  constructor(address) {
    this.address = address;
  }

  /** The keys, never older than `maxAge`, however often they are read. */
  async get(fetch, maxAge) {
    const ready = () => isFresh(this.#current, maxAge) && this.#current;
    return this.#together(ready, async () => {
      const found = await kept(this.address);
      return isFresh(found, maxAge) ? this.#adopt(found) : this.#fetch(fetch, maxAge);
    });
  }

  /** Newer keys than those `seen`, which lack one; or nothing, if the issuer was asked for another missing key just before. */
  async search(seen, fetch, maxAge) {
    const ready = () => this.#current !== seen && this.#current;
    if (!ready() && !this.#flight) {
      if (isFresh({ since: this.#searchedAt }, SEARCH_PAUSE)) return undefined;
      this.#searchedAt = Date.now();
    }
    return this.#together(ready, () => this.#fetch(fetch, maxAge));
  }

  async #fetch(fetch, maxAge) {
    const since = Date.now();
    const found = { since, jwks: await json(await ask(fetch, this.address)) };
    const adopted = this.#adopt(found);
    await keep(this.address, found, maxAge);
    return adopted;
  }

  /**
   * Many requests wait for one fetch. In a Worker it ends with the request that has started it, without a result, when its client
   * goes away; so another one of them starts it again.
   */
  async #together(ready, load) {
    for (const end = Date.now() + TIMEOUT; Date.now() < end; ) {
      if (ready()) return ready();
      const flight = (this.#flight ??= this.#start(load));
      const found = await within(PATIENCE, flight);
      if (found) return found;
      if (this.#flight === flight) this.#flight = undefined;
    }
    throw unavailable(new Error(`${this.address} does not answer`));
  }

  #start(load) {
    const flight = load().finally(() => {
      if (this.#flight === flight) this.#flight = undefined;
    });
    flight.catch(() => {}); // whoever waits for it has the error
    return flight;
  }

  #adopt({ since, jwks }) {
    if (this.#current?.since > since && this.#current.since <= Date.now()) return this.#current;
    try {
      this.#current = { since, find: createLocalJWKSet(jwks) };
    } catch (error) {
      throw unavailable(error);
    }
    return this.#current;
  }
}

/** A clock that was set back makes nothing younger. */
function isFresh(set, maxAge) {
  const age = Date.now() - set?.since;
  return age >= 0 && age < maxAge;
}

/** The result of a promise, or nothing if it takes longer than that. */
async function within(milliseconds, promise) {
  let timer;
  const late = new Promise((resolve) => (timer = setTimeout(resolve, milliseconds)));
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}
