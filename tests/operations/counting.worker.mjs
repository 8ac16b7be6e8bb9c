// The production build behind a counter that writes down what it asks D1, KV, the limits and the world outside for. It is put
// in front of the build for the bench alone: what is deployed knows nothing of it.

import { env } from 'cloudflare:workers';
import Gatehouse from './index.js';

/** What was asked for since somebody last looked. */
const asked = [];
/** Whether the answer is out. */
let late = false;
/** What is still being done after answers. */
let working = 0;

/** Has a method of a binding written down, for every binding of its kind: bindings made by hand would not be taken for any. */
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

/** What would go uncounted is not to be done. */
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

/** Has the build handle an event, with what it leaves to be done counted as that. */
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
