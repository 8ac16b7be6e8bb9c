// Google: https://developers.google.com/identity/openid-connect/openid-connect and …/reference.

import { randomBytes } from 'node:crypto';
import { IdentityProvider, now, only } from './identity-provider.mjs';
import { leftHalf } from './signing.mjs';

const ISSUER = 'https://accounts.google.com';
const AUTHORIZE = 'https://accounts.google.com/o/oauth2/v2/auth';
const TOKEN = 'https://oauth2.googleapis.com/token';
const USERINFO = 'https://openidconnect.googleapis.com/v1/userinfo';
const KEYS = 'https://www.googleapis.com/oauth2/v3/certs';

const DISCOVERY = {
  issuer: ISSUER,
  authorization_endpoint: AUTHORIZE,
  device_authorization_endpoint: 'https://oauth2.googleapis.com/device/code',
  token_endpoint: TOKEN,
  userinfo_endpoint: USERINFO,
  revocation_endpoint: 'https://oauth2.googleapis.com/revoke',
  jwks_uri: KEYS,
  response_types_supported: ['code', 'token', 'id_token', 'code token', 'code id_token', 'token id_token', 'code token id_token', 'none'],
  response_modes_supported: ['query', 'fragment', 'form_post'],
  authorization_response_iss_parameter_supported: true,
  subject_types_supported: ['public'],
  id_token_signing_alg_values_supported: ['RS256'],
  scopes_supported: ['openid', 'email', 'profile'],
  token_endpoint_auth_methods_supported: ['client_secret_post', 'client_secret_basic'],
  claims_supported: ['aud', 'email', 'email_verified', 'exp', 'family_name', 'given_name', 'iat', 'iss', 'name', 'picture', 'sub'],
  code_challenge_methods_supported: ['plain', 'S256'],
  grant_types_supported: ['authorization_code', 'refresh_token', 'urn:ietf:params:oauth:grant-type:device_code'],
};

const refuse = (status, error, error_description) => () => Response.json({ error, error_description }, { status });

const VENDOR = {
  name: 'Google',
  alg: 'RS256',
  kid: () => randomBytes(20).toString('hex'),
  code: () => `4/0A${randomBytes(50).toString('base64url')}`,
  methods: DISCOVERY.token_endpoint_auth_methods_supported,
  // An account of Google Workspace also has `hd`.
  person: {
    sub: '110169484474386276334',
    email: 'ada@gmail.com',
    email_verified: true,
    name: 'Ada Lovelace',
    given_name: 'Ada',
    family_name: 'Lovelace',
    picture: 'https://lh3.googleusercontent.com/a/ada=s96-c',
  },
  pages: { [AUTHORIZE]: consent },
  routes: {
    [`GET ${ISSUER}/.well-known/openid-configuration`]: (provider) => provider.json('discovery', DISCOVERY),
    [`GET ${KEYS}`]: (provider) => provider.keySet(),
    [`POST ${TOKEN}`]: token,
    [`GET ${USERINFO}`]: (provider, asked) => provider.json('userinfo', shared(provider.holder(asked))),
  },
  refusals: {
    client: refuse(401, 'invalid_client', 'The provided client secret is invalid.'),
    grantType: refuse(400, 'unsupported_grant_type', 'Invalid grant_type'),
    code: refuse(400, 'invalid_grant', 'Malformed auth code.'),
    spent: refuse(400, 'invalid_grant', 'Bad Request'),
    redirect: refuse(400, 'redirect_uri_mismatch', 'Bad Request'),
    verifier: ({ fields }) => refuse(400, 'invalid_grant', `${fields.code_verifier ? 'Invalid' : 'Missing'} code verifier.`)(),
    token: refuse(401, 'invalid_request', 'Invalid Credentials'),
  },
};

export const google = (client) => new IdentityProvider(client, VENDOR);

function consent(provider, asked, deny) {
  provider.check(asked, { client: 'Error 401: invalid_client', redirect: 'Error 400: redirect_uri_mismatch' });
  const { state, scope } = asked.fields;
  if (deny) return { error: 'access_denied', state, iss: ISSUER };
  return { state, iss: ISSUER, code: provider.newCode(asked), scope, authuser: '0', hd: provider.signedIn.hd, prompt: 'consent' };
}

async function token(provider, asked) {
  const grant = await provider.redeem(asked);
  const access_token = provider.keep(`ya29.${randomBytes(100).toString('base64url')}`, grant);
  const claims = {
    iss: ISSUER,
    azp: provider.client.clientId,
    aud: provider.client.clientId,
    ...shared(grant),
    at_hash: leftHalf('RS256', access_token),
    nonce: grant.nonce,
    iat: now(),
    exp: now() + 3600,
  };
  const id_token = grant.scopes.includes('openid') ? await provider.idToken(claims, { typ: 'JWT' }) : undefined;
  return provider.json('token', { access_token, expires_in: 3599, scope: grant.scopes.join(' '), token_type: 'Bearer', id_token });
}

/** What the scopes let a client know, in the ID token and at the userinfo endpoint. */
function shared({ person, scopes }) {
  return {
    ...only(person, 'sub', 'hd'),
    ...(scopes.includes('email') && only(person, 'email', 'email_verified')),
    ...(scopes.includes('profile') && only(person, 'name', 'picture', 'given_name', 'family_name')),
  };
}
