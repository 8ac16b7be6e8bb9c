// The requests to each system, and their expected responses: a wrong one ends the bench. `ask` makes the request from a
// connection's state, `judge` checks the response and may return the connection's next state. `first` makes a request that has to
// come before, whose response `ask` gets too: the two are measured as one. `before` is a route asked once before each measurement.

import { strict as assert } from 'node:assert';
import { Passkey } from '../tests/workerd/passkey.mjs';
import { clientRoutes } from './oauth.mjs';

/** Better Auth's own URL. As with ours, not the address where it listens. */
export const PEER_URL = 'https://peer.example';

export const get = (path, headers = {}) => ({ method: 'GET', path, headers });
export const post = (path, body, headers) => ({
  method: 'POST',
  path,
  headers: { 'Content-Type': 'application/json', ...headers },
  body: JSON.stringify(body),
});

export const bearer = ({ token }) => ({ Authorization: `Bearer ${token}` });
export const basic = ({ key }) => ({ Authorization: `Basic ${key}` });

/** As a browser sends it. */
export const postToPeer = (path, body, headers) => post(path, body, { Origin: PEER_URL, ...headers });
export const cookies = ({ headers }) => headers['set-cookie'].map((cookie) => cookie.split(';')[0]).join('; ');

/** Both accept it in the spelling of `toJSON()`. */
const signed = ({ passkey }, publicKey) => Passkey.from(passkey).get({ publicKey });

const peer = {
  'sign-in': {
    slow: true,
    ask: ({ email, password }) => postToPeer('/api/auth/sign-in/email', { email, password }),
    judge: beginsPeerSession,
  },
  'get-session': {
    ask: ({ cookie }) => get('/api/auth/get-session', { Cookie: cookie }),
    judge({ text, headers }, { email }) {
      assert.equal(JSON.parse(text).user.email, email);
      // A new cookie would mean that the cache had expired.
      assert.equal(headers['set-cookie'], undefined);
    },
  },
};

const peerPlugins = {
  'get-session': peer['get-session'],
  'sign-in': peer['sign-in'],
  'passkey sign-in': {
    first: () => get('/api/auth/passkey/generate-authenticate-options'),
    ask(state, options) {
      const response = signed(state, JSON.parse(options.text));
      // The cookie leads to the challenge.
      return postToPeer('/api/auth/passkey/verify-authentication', { response }, { Cookie: cookies(options) });
    },
    judge: beginsPeerSession,
  },
  ...clientRoutes('Better Auth, plugins'),
};

/** By system, then by route. `slow` routes get more time, or a round would have only a handful of responses. */
export const routes = {
  Gatehouse: {
    health: { ask: () => get('/health'), judge: ({ text }) => assert.deepEqual(JSON.parse(text), { status: 'ok' }) },
    'sign-in': {
      slow: true,
      ask: ({ login, password }) => post('/api/auth/local/login', { login, password }),
      judge: beginsSession,
    },
    'passkey sign-in': {
      first: () => post('/api/auth/passkey/options', {}),
      ask: (state, { text }) => post('/api/auth/passkey', { credential: signed(state, JSON.parse(text).publicKey) }),
      judge: beginsSession,
    },
    verify: { ask: (state) => get('/api/auth/verify', bearer(state)), judge: whose },
    'verify, API key': { ask: (state) => get('/api/auth/verify', basic(state)), judge: whose },
    me: { ask: (state) => get('/api/auth/me', bearer(state)), judge: ({ text }, { id }) => assert.equal(JSON.parse(text).id, id) },
    refresh: {
      ask: ({ refresh }) => post('/api/auth/token/refresh', { refresh_token: refresh }),
      judge({ text }, state) {
        const { refresh_token: refresh } = JSON.parse(text);
        assert.match(refresh, /^ghr_/);
        assert.notEqual(refresh, state.refresh);
        return { ...state, refresh };
      },
    },
    ...clientRoutes('Gatehouse'),
  },
  'Better Auth': peer,
  'Better Auth, cookieCache': { 'get-session': peer['get-session'] },
  'Better Auth, plugins': peerPlugins,
  'oidc-provider': clientRoutes('oidc-provider'),
  baseline: {
    ok: { ask: () => get('/ok'), judge: ({ text }) => assert.equal(text, 'ok') },
    'KV read': { ask: () => get('/kv'), judge: ({ text }) => assert.equal(text, 'value') },
    'D1 select': { ask: ({ id }) => get(`/select?id=${id}`), judge: ({ text }, { id }) => assert.equal(JSON.parse(text).id, id) },
    'D1 update': { ask: ({ id }) => get(`/update?id=${id}`), judge: ({ text }) => assert.equal(text, 'updated') },
  },
};

function whose({ headers }, { id }) {
  assert.equal(headers['x-auth-user'], id);
}

function beginsSession({ text }) {
  const { token, refresh_token: refresh } = JSON.parse(text);
  assert.match(`${token} ${refresh}`, /^ey\S+ ghr_\S+$/);
}

function beginsPeerSession({ text, headers }, { email }) {
  assert.equal(JSON.parse(text).user.email, email);
  assert.equal(headers['set-cookie'].some((cookie) => cookie.includes('session_token=')), true);
}
