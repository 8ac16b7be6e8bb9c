// An access token with its refresh token, and what time it is by the clock that has issued them.

import { GatehouseError } from './error.js';
import type { components } from './openapi.js';

export type Tokens = components['schemas']['Tokens'];

/** Who is signed in, as the access token says. `client.me()` has the name and the address. */
export interface Identity {
  /** Never changes. Store it with your own rows. */
  readonly id: string;
  readonly role: 'admin' | 'user';
  /** `aal1` after one factor, `aal2` after two. */
  readonly acr: 'aal1' | 'aal2';
  /** How the user authenticated (RFC 8176). */
  readonly amr: readonly string[];
  /** When, in seconds since 1970. */
  readonly auth_time: number;
  readonly session: string;
}

/** Times are in milliseconds by the server's clock. */
export interface Pair {
  token: string;
  refresh_token: string | undefined;
  /** When the first pair of the session was issued. */
  began: number;
  /** How many pairs of the session were before it. */
  generation: number;
  issued: number;
  expires: number;
  /** The server's clock minus this device's. */
  skew: number;
}

/** Part of a token's life after which it is renewed, and after which nobody uses it any more. */
const RENEWED_AT = 0.8;
const LEFT_AT = 0.9;
const LEEWAY = 0.1;

/** What has just been issued, after `spent` if it was for that. */
export function pairOf({ token, refresh_token }: Tokens, date: number, spent?: Pair): Pair {
  const [issued, expires] = lifeOf(token);
  // A token may be a little older than the answer: a lost answer is given once more. Nobody issues one that has expired.
  const now = date > issued && date < expires ? date : issued;
  const { began, generation } = spent ?? { began: issued, generation: -1 };
  return { token, refresh_token, began, generation: generation + 1, issued, expires, skew: now - Date.now() };
}

function lifeOf(token: string): [number, number] {
  try {
    const { sid, iat, exp } = claimsOf(token);
    if (sid && iat < exp) return [iat * 1000, exp * 1000];
  } catch {
    // it is no token
  }
  throw new GatehouseError('unexpected');
}

/**
 * Whether a pair replaces another one. Of two sessions it is the one that began later, whichever was renewed last: otherwise a user
 * who has just signed in could be the one before again.
 */
export const replaces = (pair: Pair, other: Pair): boolean =>
  sessionOf(pair) === sessionOf(other) ? pair.generation > other.generation : pair.began >= other.began;

/** A pair out of a storage, which may hold anything. */
export function pairFrom(text: string | null | undefined): Pair | null {
  try {
    const pair = JSON.parse(text ?? 'null');
    identityOf(pair);
    return pair;
  } catch {
    return null;
  }
}

/** The part of its life that has passed. */
const age = ({ issued, expires, skew }: Pair) => (Date.now() + skew - issued) / (expires - issued);

/** A token whose life has not begun is on a device whose clock was set back. */
export const isFresh = (pair: Pair): boolean => age(pair) > -LEEWAY && age(pair) < RENEWED_AT;
export const isUsable = (pair: Pair): boolean => age(pair) < (pair.refresh_token ? LEFT_AT : 1);

export const sessionOf = ({ token }: Pair): string => claimsOf(token).sid;

export function identityOf({ token }: Pick<Pair, 'token'>): Identity {
  const { sub, role, acr, amr, auth_time, sid } = claimsOf(token);
  return { id: sub, role, acr, amr, auth_time, session: sid };
}

interface Claims extends Omit<Identity, 'id' | 'session'> {
  sub: string;
  sid: string;
  iat: number;
  exp: number;
}

/** Nothing is verified: whoever receives the token does that. */
function claimsOf(token: string): Claims {
  const binary = atob((token.split('.')[1] ?? '').replace(/-/g, '+').replace(/_/g, '/'));
  return JSON.parse(new TextDecoder().decode(Uint8Array.from(binary, (letter) => letter.charCodeAt(0))));
}
