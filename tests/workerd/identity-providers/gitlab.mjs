// GitLab: https://docs.gitlab.com/integration/openid_connect_provider/ and https://docs.gitlab.com/api/oauth2/, with the errors
// of Doorkeeper, by which it is made.

import { createHash, randomBytes } from 'node:crypto';
import { IdentityProvider, now, only } from './identity-provider.mjs';

/** `origin` is that of a self-managed instance. */
export const gitlab = ({ origin = 'https://gitlab.com', ...client }) => new IdentityProvider(client, vendor(origin));

const methods = ['client_secret_basic', 'client_secret_post'];
const scopes = ['api', 'read_api', 'read_user', 'openid', 'profile', 'email'];
const claims = ['name', 'nickname', 'preferred_username', 'email', 'email_verified', 'website', 'profile', 'picture', 'groups', 'groups_direct'];

const discovery = (origin) => ({
  issuer: origin,
  authorization_endpoint: `${origin}/oauth/authorize`,
  token_endpoint: `${origin}/oauth/token`,
  revocation_endpoint: `${origin}/oauth/revoke`,
  introspection_endpoint: `${origin}/oauth/introspect`,
  userinfo_endpoint: `${origin}/oauth/userinfo`,
  jwks_uri: `${origin}/oauth/discovery/keys`,
  scopes_supported: scopes,
  response_types_supported: ['code'],
  response_modes_supported: ['query', 'fragment', 'form_post'],
  grant_types_supported: ['authorization_code', 'password', 'client_credentials', 'device_code', 'refresh_token'],
  token_endpoint_auth_methods_supported: methods,
  subject_types_supported: ['public'],
  id_token_signing_alg_values_supported: ['RS256'],
  claim_types_supported: ['normal'],
  claims_supported: ['iss', 'sub', 'aud', 'exp', 'iat', 'sub_legacy', ...claims],
  code_challenge_methods_supported: ['plain', 'S256'],
});

const UNKNOWN = 'Client authentication failed due to unknown client, no client authentication included, or unsupported method.';
const INVALID = 'The provided authorization grant is invalid, expired, revoked, does not match the redirection URI, or was issued to another client.';

/** Doorkeeper repeats an error in WWW-Authenticate, whatever its status. */
const refuse = (status, error, error_description) => () => {
  const challenge = `Bearer realm="Doorkeeper", error="${error}", error_description="${error_description}"`;
  return Response.json({ error, error_description }, { status, headers: { 'WWW-Authenticate': challenge } });
};

const vendor = (origin) => ({
  name: origin,
  alg: 'RS256',
  code: () => randomBytes(32).toString('hex'),
  methods,
  person: {
    sub: '4711',
    name: 'Ada Lovelace',
    nickname: 'ada',
    preferred_username: 'ada',
    email: 'ada@mail.example',
    email_verified: true,
    profile: `${origin}/ada`,
    picture: `${origin}/uploads/-/system/user/avatar/4711/avatar.png`,
    groups: ['engines'],
    groups_direct: ['engines'],
  },
  pages: { [`${origin}/oauth/authorize`]: consent },
  routes: {
    [`GET ${origin}/.well-known/openid-configuration`]: (provider) => provider.json('discovery', discovery(origin)),
    [`GET ${origin}/oauth/discovery/keys`]: (provider) => provider.keySet(),
    [`POST ${origin}/oauth/token`]: (provider, asked) => token(provider, asked, origin),
    [`GET ${origin}/oauth/userinfo`]: userinfo,
  },
  refusals: {
    client: refuse(401, 'invalid_client', UNKNOWN),
    grantType: refuse(400, 'unsupported_grant_type', 'The authorization grant type is not supported by the authorization server.'),
    code: refuse(400, 'invalid_grant', INVALID),
    spent: refuse(400, 'invalid_grant', INVALID),
    redirect: refuse(400, 'invalid_grant', INVALID),
    verifier: refuse(400, 'invalid_grant', INVALID),
    token: refuse(401, 'invalid_token', 'The access token is invalid'),
  },
});

function consent(provider, asked, deny) {
  provider.check(asked, { client: UNKNOWN, redirect: 'The redirect URI included is not valid.' });
  const { state } = asked.fields;
  if (!deny) return { code: provider.newCode(asked), state };
  return { error: 'access_denied', error_description: 'The resource owner or authorization server denied the request.', state };
}

async function token(provider, asked, origin) {
  const grant = await provider.redeem(asked);
  const id = {
    iss: origin,
    sub: grant.person.sub,
    aud: provider.client.clientId,
    exp: now() + 120,
    iat: now(),
    nonce: grant.nonce,
    auth_time: now() - 60,
    sub_legacy: legacy(grant.person),
    ...(grant.scopes.includes('email') && only(grant.person, 'email', 'email_verified')),
    ...only(grant.person, 'groups_direct'),
  };
  return provider.json('token', {
    access_token: provider.keep(randomBytes(32).toString('hex'), grant),
    token_type: 'Bearer',
    expires_in: 7200,
    refresh_token: randomBytes(32).toString('hex'),
    scope: grant.scopes.join(' '),
    created_at: now(),
    ...(grant.scopes.includes('openid') && { id_token: await provider.idToken(id, { typ: 'JWT' }) }),
  });
}

async function userinfo(provider, asked) {
  const { person, scopes: granted } = provider.holder(asked);
  const { email, email_verified, ...rest } = only(person, 'sub', ...claims);
  return provider.json('userinfo', { ...rest, sub_legacy: legacy(person), ...(granted.includes('email') && { email, email_verified }) });
}

const legacy = ({ sub }) => createHash('sha256').update(`${sub}-secret`).digest('hex');
