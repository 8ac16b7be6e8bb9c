// One use of a route: its request, or two of them where the second depends on the answer to the first.

import { ask } from '../tests/workerd/http.mjs';

/** Returns the last answer. `first` makes a request whose answer `ask` gets beside the connection's state. */
export async function exchange(url, { first, ask: make }, state, agent) {
  const before = first && (await ask(url, first(state), agent));
  return ask(url, make(state, before), agent);
}
