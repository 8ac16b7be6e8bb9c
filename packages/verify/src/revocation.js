// Whether Gatehouse still accepts a token that is valid by itself.

import { invalid, unavailable } from './refusal.js';
import { ask, json } from './request.js';

const none = () => async () => {};

/** `GET /api/auth/verify`: knows of the end of a session after KV's delay. */
function verify({ url, fetch }) {
  return async (token) => {
    // With the second header only `verify` answers, whatever is in front of Gatehouse.
    const headers = { Authorization: `Bearer ${token}`, 'X-Gatehouse-Verify': '1' };
    const answer = await ask(fetch, `${url}/api/auth/verify`, { headers });
    await answer.body?.cancel();
    if (answer.status === 401) throw revoked();
    if (answer.status !== 200) throw unavailable(new Error(`/api/auth/verify answered ${answer.status}`));
  };
}

/** `POST /oauth/introspect` (RFC 7662): knows of it at once. */
function introspect({ url, fetch, credentials }) {
  const authorization = basic(credentials);
  return async (token) => {
    const request = { method: 'POST', body: new URLSearchParams({ token }), headers: { Authorization: authorization } };
    const state = await json(await ask(fetch, `${url}/oauth/introspect`, request));
    if (typeof state?.active !== 'boolean') throw unavailable(new Error('/oauth/introspect answered something else'));
    if (!state.active) throw revoked();
  };
}

const revoked = () => invalid('the token has been revoked');

/** RFC 6749 §2.3.1. */
function basic({ id, secret }) {
  return `Basic ${btoa(`${encodeURIComponent(id)}:${encodeURIComponent(secret)}`)}`;
}

export const revocations = { none, verify, introspect };
