// Requests to Gatehouse itself.

import { unavailable } from './refusal.js';

/** In milliseconds. */
const TIMEOUT = 5000;

/** The answer to one request. Whatever is in its way, the caller of the service is not at fault. */
export async function ask(fetch, address, { headers, ...init } = {}) {
  const request = new Request(address, {
    ...init,
    headers: { Accept: 'application/json', 'User-Agent': 'gatehouse-verify', ...headers },
    redirect: 'manual', // nobody else answers for Gatehouse
    signal: AbortSignal.timeout(TIMEOUT),
  });
  try {
    return await fetch(request);
  } catch (error) {
    throw unavailable(error);
  }
}

/** The JSON of a successful answer. */
export async function json(answer) {
  if (answer.status !== 200) throw unavailable(new Error(`${answer.url || 'Gatehouse'} answered ${answer.status}`));
  try {
    return await answer.json();
  } catch (error) {
    throw unavailable(error);
  }
}
