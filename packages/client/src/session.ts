// The session of this origin: its tokens, their renewal, and what all tabs agree on.
//
// There is no lock. Gatehouse answers everybody who comes within seconds with the same refresh token alike, so tabs may renew at
// once. What must hold is that a late answer neither undoes a sign-out nor replaces a newer pair.

import { GatehouseError, isTemporary } from './error.js';
import { type Fetch, answerOf, jsonRequest, send } from './http.js';
import { type Identity, type Pair, type Tokens, identityOf, isFresh, isUsable, pairFrom, pairOf, replaces, sessionOf } from './pair.js';
import { type TokenStorage, dependable } from './storage.js';
import { type Message, Tabs } from './tabs.js';

/** `pending` until the tokens have been looked for. */
export type Snapshot =
  | { readonly status: 'pending' }
  | { readonly status: 'signed_out' }
  | { readonly status: 'signed_in'; readonly user: Identity };

export const PENDING: Snapshot = { status: 'pending' };
const SIGNED_OUT: Snapshot = { status: 'signed_out' };

/** How long one attempt at a renewal may take, and in which time all of them must begin, in milliseconds. */
const PATIENCE = 5_000;
/** A lost answer is given again for ten seconds (AUTH_REFRESH_GRACE); after that the token counts as stolen. */
const GRACE = 10_000;

export interface SessionOptions {
  url: string;
  fetch: Fetch;
  storage: TokenStorage;
  /** Whether the storage is this tab's alone, so that only the other tabs know what they have. */
  alone: boolean;
}

export class Session {
  readonly #options: SessionOptions;
  readonly #storage: TokenStorage;
  readonly #tabs: Tabs;
  readonly #listeners = new Set<() => void>();
  readonly #ended = new Set<string>();
  #pair: Pair | null = null;
  #snapshot = PENDING;
  #ready: Promise<unknown> | undefined;
  #renewing: Promise<Pair | null> | undefined;

  constructor(options: SessionOptions) {
    this.#options = options;
    this.#storage = dependable(options.storage);
    this.#tabs = new Tabs(`gatehouse ${options.url}`, (message) => this.#hear(message));
    this.open();
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.open();
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  };

  readonly snapshot = (): Snapshot => this.#snapshot;

  /** Listens to the other tabs, and reads what they know. */
  open(): void {
    if (this.#ready) return;
    this.#tabs.open();
    globalThis.document?.addEventListener('visibilitychange', this.#look);
    this.#ready = this.#latest().catch(() => this.#show());
  }

  /** Stops listening. A renewal that is under way still reaches the storage. */
  close(): void {
    this.#ready = undefined;
    this.#tabs.close();
    globalThis.document?.removeEventListener('visibilitychange', this.#look);
  }

  /** The access token; `null` if nobody is signed in. */
  async token(): Promise<string | null> {
    await this.#ready;
    const pair = this.#pair;
    if (!pair) return null;
    if (isFresh(pair) || (!pair.refresh_token && isUsable(pair))) return pair.token;
    const renewing = this.renew(pair.token);
    if (!isUsable(pair)) return (await renewing)?.token ?? null;
    renewing.catch(() => undefined); // the next call tries again
    return pair.token;
  }

  /** The pair after the one with this access token. */
  async renew(token: string): Promise<Pair | null> {
    if (this.#pair?.token !== token) return this.#pair;
    this.#renewing ??= this.#advance().finally(() => (this.#renewing = undefined));
    return this.#renewing;
  }

  /** Renews for the sake of the claims: those of the present token have changed. */
  async reissue(): Promise<void> {
    await this.#renewing?.catch(() => undefined); // it may have been answered before the change
    if (this.#pair?.refresh_token) await this.renew(this.#pair.token);
  }

  /** A sign-in has succeeded. */
  async begin(tokens: Tokens, date: number): Promise<Identity> {
    const pair = pairOf(tokens, date);
    await this.#keep(pair);
    return identityOf(pair);
  }

  /** Forgets the session, in all tabs. Returns its pair. */
  async end(): Promise<Pair | null> {
    await this.#ready;
    const pair = this.#pair;
    if (pair) await this.#over(pair);
    return pair;
  }

  /** Forgets the session if this is its token still: Gatehouse has refused it. */
  async refused(token: string): Promise<void> {
    if (this.#pair?.token === token) await this.#over(this.#pair);
  }

  readonly #look = (): void => {
    // A tab that was asleep may have missed what the others said.
    if (!document.hidden) this.#latest().catch(() => undefined);
  };

  #hear(message: Message): void {
    if ('ended' in message) this.#forget(message.ended).catch(() => undefined);
    else if ('pair' in message) this.#adopt(message.pair) && this.#tabs.answered();
    else if (this.#pair) this.#tabs.tell({ pair: this.#pair });
  }

  /** The newest pair that this tab can find. */
  async #latest(): Promise<Pair | null> {
    if (this.#options.alone) await this.#tabs.ask();
    return this.#read();
  }

  async #read(): Promise<Pair | null> {
    const mine = this.#pair;
    const stored = pairFrom(await this.#storage.read());
    if (this.#pair !== mine) return this.#pair; // what has come meanwhile is newer than what was read
    if (stored) this.#adopt(stored);
    else this.#pair = null; // signed out elsewhere
    this.#show();
    return this.#pair;
  }

  /** Takes a pair over, unless its session is over or it is no news. */
  #adopt(pair: Pair): boolean {
    const mine = this.#pair;
    if (this.#ended.has(sessionOf(pair)) || (mine && !replaces(pair, mine))) return false;
    this.#pair = pair;
    if (this.#options.alone) void this.#storage.write(JSON.stringify(pair));
    this.#show();
    return true;
  }

  async #advance(): Promise<Pair | null> {
    const mine = this.#pair;
    const latest = await this.#latest();
    if (!latest || (latest.token !== mine?.token && isFresh(latest))) return latest;
    return this.#exchange(latest, true);
  }

  async #exchange(spent: Pair, again: boolean): Promise<Pair | null> {
    if (!spent.refresh_token) return isUsable(spent) ? spent : this.#over(spent);
    try {
      const { json, date } = await this.#refreshed(spent.refresh_token);
      return await this.#commit(spent, pairOf(json as Tokens, date, spent));
    } catch (error) {
      if (!isEnd(error)) throw error;
      const latest = await this.#latest();
      if (!again || !latest || latest.refresh_token === spent.refresh_token) return this.#over(spent);
      return isFresh(latest) ? latest : this.#exchange(latest, false);
    }
  }

  /** Asks for the next pair, as long as an answer that was lost would be given again. */
  async #refreshed(refresh_token: string) {
    const { url, fetch } = this.#options;
    const began = Date.now();
    for (let wait = 500; ; wait *= 2) {
      try {
        const request = jsonRequest(`${url}/api/auth/token/refresh`, 'POST', { refresh_token });
        const patient: Fetch = (asked) => fetch(new Request(asked, { signal: AbortSignal.timeout(PATIENCE) }));
        return await answerOf(await send(patient, request));
      } catch (error) {
        if (!isTemporary(error) || Date.now() - began + wait > GRACE) throw error;
      }
      await new Promise((resolve) => setTimeout(resolve, wait));
    }
  }

  /** Keeps the next pair, unless its session has ended or another tab has gone on meanwhile. */
  async #commit(spent: Pair, next: Pair): Promise<Pair | null> {
    if ((await this.#read())?.token === spent.token) await this.#keep(next);
    return this.#pair;
  }

  async #keep(pair: Pair): Promise<void> {
    this.#pair = pair;
    this.#show();
    await this.#storage.write(JSON.stringify(pair));
    if (!this.#ended.has(sessionOf(pair))) this.#tabs.tell({ pair });
  }

  async #over(pair: Pair): Promise<null> {
    this.#tabs.tell({ ended: sessionOf(pair) });
    await this.#forget(sessionOf(pair));
    return null;
  }

  async #forget(session: string): Promise<void> {
    this.#ended.add(session);
    if (this.#pair && sessionOf(this.#pair) === session) this.#pair = null;
    this.#show();
    const stored = pairFrom(await this.#storage.read());
    if (stored && sessionOf(stored) === session) await this.#storage.write(null);
  }

  /** Tells the listeners, if anything has changed for them. */
  #show(): void {
    const next: Snapshot = this.#pair ? { status: 'signed_in', user: identityOf(this.#pair) } : SIGNED_OUT;
    if (JSON.stringify(next) === JSON.stringify(this.#snapshot)) return;
    this.#snapshot = next;
    for (const listener of this.#listeners) {
      try {
        listener();
      } catch (error) {
        (globalThis.reportError ?? console.error)(error); // a sign-out goes on
      }
    }
  }
}

/** Whether Gatehouse says that the session is over. A proxy that wants credentials of its own answers 401 too. */
const isEnd = (error: unknown): boolean =>
  error instanceof GatehouseError && error.status === 401 && error.error !== 'unexpected';
