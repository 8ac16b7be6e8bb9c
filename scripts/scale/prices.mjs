// Cloudflare's prices in US dollars, and the limits of one database. Looked up in its documentation in November 2026:
// developers.cloudflare.com/workers/platform/pricing, /d1/platform/pricing, /kv/platform/pricing, /d1/platform/limits.

const MILLION = 1e6;
const BILLION = 1e9;

/** Workers Paid, a month. */
export const SUBSCRIPTION = 5;

/** Usage-based prices: `included` a month, then `price` for every `each` units. */
export const prices = {
  requests: { included: 10 * MILLION, price: 0.3, each: MILLION },
  cpu: { included: 30 * MILLION, price: 0.02, each: MILLION }, // milliseconds
  read: { included: 25 * BILLION, price: 0.001, each: MILLION },
  written: { included: 50 * MILLION, price: 1, each: MILLION },
  stored: { included: 5, price: 0.75, each: 1 }, // GB
  // Each key counts, even when several are read together, and even a missing one.
  kvRead: { included: 10 * MILLION, price: 0.5, each: MILLION },
  kvWritten: { included: MILLION, price: 5, each: MILLION },
};

/**
 * Milliseconds for which a database is busy with a statement, and the additional ones for each trip that writes. A database has
 * one thread. Reads by an index "will take less than a millisecond", writes "can take several milliseconds", because each has to
 * be stored in several places before the response: five, until it is measured.
 */
export const STATEMENT_MS = 1;
export const WRITE_MS = 5;

/** GB in one database, which cannot be raised, and in all of an account, which Cloudflare raises on request. */
export const GB_PER_DATABASE = 10;
export const GB_PER_ACCOUNT = 1000;
