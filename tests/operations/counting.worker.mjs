// The production build behind a counter that records its operations on D1, KV, the limits and outside hosts. It wraps the build
// for the bench only; the deployed Worker does not contain it.

import { env } from 'cloudflare:workers';
import Gatehouse from './index.js';

/** The operations since the last read. */
const asked = [];
/** Whether the response has been returned. */
let late = false;
/** The number of running background tasks. */
let working = 0;

/** Records a method of a binding, for every binding of its kind: the runtime would not accept handmade bindings. */
function watch(binding, method, describe) {
  const kind = Object.getPrototypeOf(binding);
  const original = kind[method];
  kind[method] = async function (...given) {
    const entry = { late };
    asked.push(entry);
    const answer = await original.apply(this, given);
    Object.assign(entry, describe(given, answer, this));
    return answer;
  };
}

/** Methods that the counter cannot count are forbidden. */
function forbid(binding, ...methods) {
  const refuse = (method) => () => {
    throw new Error(`the counter does not know how to count ${method}()`);
  };
  for (const method of methods) Object.getPrototypeOf(binding)[method] = refuse(method);
}

const cost = ({ meta }, { statement }) => ({ sql: statement, read: meta.rows_read, written: meta.rows_written });
const statement = env.DB.prepare('SELECT 1');
watch(env.DB, 'batch', ([statements], results) => ({
  kind: 'd1',
  statements: results.map((result, place) => cost(result, statements[place])),
}));
for (const method of ['all', 'run']) watch(statement, method, (given, result, own) => ({ kind: 'd1', statements: [cost(result, own)] }));
forbid(statement, 'first', 'raw');
forbid(env.DB, 'exec', 'dump', 'withSession');

watch(env.KV, 'get', ([keys]) => ({ kind: 'kv', read: [keys].flat().length }));
watch(env.KV, 'put', () => ({ kind: 'kv', written: 1 }));
forbid(env.KV, 'getWithMetadata', 'list', 'delete');

watch(env.LIMIT_GUESSES, 'limit', () => ({ kind: 'limit' }));

const { fetch: ask } = globalThis;
globalThis.fetch = (...given) => {
  asked.push({ late, kind: 'fetch' });
  return ask(...given);
};

/** Lets the build handle an event, and counts its background tasks as such. */
function handle(event, argument, context) {
  late = false;
  const waitUntil = (promise) => {
    working++;
    context.waitUntil(promise.finally(() => working--));
  };
  return Gatehouse.prototype[event].call({ env, ctx: { waitUntil } }, argument).finally(() => (late = true));
}

export default {
  async fetch(request, bindings, context) {
    if (new URL(request.url).pathname === '/counted') return Response.json({ working, asked: working ? [] : asked.splice(0) });
    return handle('fetch', request, context);
  },
  scheduled: (event, bindings, context) => handle('scheduled', event, context),
};
