// What a confidential client asks of an OpenID provider, each user in their own browser: the same of every provider.

import { strict as assert } from 'node:assert';
import { createHash } from 'node:crypto';

export const CALLBACK = 'https://client.example/callback';
const VERIFIER = 'a-code-verifier-of-the-smallest-allowed-len';
const SCOPE = 'openid email offline_access';

const challenge = createHash('sha256').update(VERIFIER).digest('base64url');

/** What the client registers, in the words of RFC 7591. */
export const METADATA = {
  client_name: 'The client',
  redirect_uris: [CALLBACK],
  grant_types: ['authorization_code', 'refresh_token'],
  token_endpoint_auth_method: 'client_secret_post',
  scope: SCOPE,
};

/** Where each provider has its endpoints, by the system's name. */
export const endpoints = {
  Gatehouse: { authorize: '/oauth/authorize', token: '/oauth/token', userinfo: '/oauth/userinfo' },
  'Better Auth, plugins': { authorize: '/api/auth/oauth2/authorize', token: '/api/auth/oauth2/token', userinfo: '/api/auth/oauth2/userinfo' },
  'oidc-provider': { authorize: '/auth', token: '/token', userinfo: '/me' },
};

/** The path to which the client sends a browser. */
export function authorization({ authorize }, { id }) {
  const pkce = { code_challenge: challenge, code_challenge_method: 'S256' };
  return `${authorize}?${new URLSearchParams({ response_type: 'code', client_id: id, redirect_uri: CALLBACK, scope: SCOPE, state: 'state', nonce: 'nonce', ...pkce })}`;
}

/** Redeems the code with which a browser comes back. */
export const redemption = (at, client, location) =>
  grant(at, client, { grant_type: 'authorization_code', code: new URL(location).searchParams.get('code'), redirect_uri: CALLBACK, code_verifier: VERIFIER });

function grant({ token: path }, { id, secret }, parameters) {
  const body = new URLSearchParams({ ...parameters, client_id: id, client_secret: secret }).toString();
  return { method: 'POST', path, headers: { 'Content-Type': 'application/x-www-form-urlencoded' }, body };
}

/** The tokens in an answer of the token endpoint. */
export function tokensOf({ text }) {
  const { id_token: id, access_token: access, refresh_token: refresh } = JSON.parse(text);
  assert.match(`${id} ${access} ${refresh}`, /^ey\S+ \S{20,} \S{20,}$/);
  return { access, refresh };
}

/** The routes of a provider. A state has the user's `browser`, as a Cookie header, the `client` and its tokens. */
export function clientRoutes(system) {
  const at = endpoints[system];
  const keep = (answer, state) => ({ ...state, tokens: tokensOf(answer) });
  const code = {
    first: ({ client, browser: Cookie }) => ({ method: 'GET', path: authorization(at, client), headers: { Cookie }, status: [302, 303] }),
    ask: ({ client }, { headers }) => redemption(at, client, headers.location),
    judge: keep,
  };
  return {
    'code flow': code,
    'client refresh': {
      ask: ({ client, tokens }) => grant(at, client, { grant_type: 'refresh_token', refresh_token: tokens.refresh }),
      judge(answer, state) {
        const next = keep(answer, state);
        assert.notEqual(next.tokens.refresh, state.tokens.refresh);
        return next;
      },
    },
    userinfo: {
      before: code, // its access token would expire in a long run
      ask: ({ tokens }) => ({ method: 'GET', path: at.userinfo, headers: { Authorization: `Bearer ${tokens.access}` } }),
      judge: ({ text }, { email }) => assert.equal(JSON.parse(text).email, email),
    },
  };
}
