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
    if (isFresh(this.#current, maxAge)) return this.#current;
    return this.#together(async () => {
      const found = await kept(this.address);
      return isFresh(found, maxAge) ? found : this.#fetch(fetch, maxAge);
    });
  }

  /** Newer keys than those `seen`, which lack one; or nothing, if the issuer was asked for another missing key just before. */
  async search(seen, fetch, maxAge) {
    if (this.#current !== seen) return this.#current;
    if (this.#flight) return this.#together();
    if (Date.now() - this.#searchedAt < SEARCH_PAUSE) return undefined;
    this.#searchedAt = Date.now();
    return this.#together(() => this.#fetch(fetch, maxAge));
  }

  async #fetch(fetch, maxAge) {
    const since = Date.now();
    const found = { since, jwks: await json(await ask(fetch, this.address)) };
    await keep(this.address, found, maxAge);
    return found;
  }

  /**
   * Many requests wait for one fetch. In a Worker it ends with the request that has started it, without a result, when its client
   * goes away; so another one of them starts it again.
   */
  async #together(load) {
    for (const end = Date.now() + TIMEOUT; Date.now() < end; ) {
      const flight = (this.#flight ??= this.#start(load));
      const found = await within(PATIENCE, flight);
      if (found) return found;
      if (this.#flight === flight) this.#flight = undefined;
    }
    throw unavailable(new Error(`${this.address} does not answer`));
  }

  #start(load) {
    const flight = load()
      .then((found) => this.#adopt(found))
      .finally(() => {
        if (this.#flight === flight) this.#flight = undefined;
      });
    flight.catch(() => {}); // whoever waits for it has the error
    return flight;
  }

  #adopt({ since, jwks }) {
    if (this.#current?.since > since) return this.#current;
    try {
      this.#current = { since, find: createLocalJWKSet(jwks) };
    } catch (error) {
      throw unavailable(error);
    }
    return this.#current;
  }
}

/** A clock that was set back makes no set younger. */
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
