// Any OpenID provider, by OpenID Connect Core 1.0 and RFC 9207: one that says what a test has it say.

import { randomBytes } from 'node:crypto';
import { IdentityProvider, now } from './identity-provider.mjs';
import { leftHalf } from './signing.mjs';

/** `alg` is RS256, PS256, ES256 or EdDSA, and `methods` are those by which a client may authenticate. */
export function openid({ issuer = 'https://id.example', alg = 'RS256', methods = ['client_secret_basic', 'client_secret_post'], ...client }) {
  return new IdentityProvider(client, vendor(issuer, alg, methods));
}

const discovery = (issuer, url, alg, methods) => ({
  issuer,
  authorization_endpoint: `${url}/authorize`,
  token_endpoint: `${url}/token`,
  userinfo_endpoint: `${url}/userinfo`,
  jwks_uri: `${url}/jwks`,
  response_types_supported: ['code'],
  response_modes_supported: ['query', 'form_post'],
  subject_types_supported: ['public'],
  id_token_signing_alg_values_supported: [alg],
  scopes_supported: ['openid', 'email', 'profile'],
  token_endpoint_auth_methods_supported: methods,
  code_challenge_methods_supported: ['S256'],
  authorization_response_iss_parameter_supported: true,
});

const refuse = (status, error) => () => Response.json({ error }, { status });

function vendor(issuer, alg, methods) {
  const url = issuer.replace(/\/$/, ''); // OpenID Connect Discovery 1.0 §4.1
  const known = discovery(issuer, url, alg, methods);
  return {
    name: issuer,
    alg,
    methods,
    person: { sub: 'ada', email: 'ada@mail.example', email_verified: true, name: 'Ada Lovelace', preferred_username: 'ada' },
    pages: { [known.authorization_endpoint]: (provider, asked, deny) => consent(provider, asked, deny, issuer) },
    routes: {
      [`GET ${url}/.well-known/openid-configuration`]: (provider) => provider.json('discovery', known),
      [`GET ${known.jwks_uri}`]: (provider) => provider.keySet(),
      [`POST ${known.token_endpoint}`]: (provider, asked) => token(provider, asked, issuer, alg),
      [`GET ${known.userinfo_endpoint}`]: (provider, asked) => provider.json('userinfo', provider.holder(asked).person),
    },
    refusals: {
      client: () => Response.json({ error: 'invalid_client' }, { status: 401, headers: { 'WWW-Authenticate': 'Basic realm="provider"' } }),
      grantType: refuse(400, 'unsupported_grant_type'),
      code: refuse(400, 'invalid_grant'),
      spent: refuse(400, 'invalid_grant'),
      redirect: refuse(400, 'invalid_grant'),
      verifier: refuse(400, 'invalid_grant'),
      token: () => new Response(null, { status: 401, headers: { 'WWW-Authenticate': 'Bearer error="invalid_token"' } }),
    },
  };
}

function consent(provider, asked, deny, iss) {
  provider.check(asked, { client: 'unknown client', redirect: 'unknown redirect_uri' });
  const { state } = asked.fields;
  return deny ? { error: 'access_denied', state, iss } : { code: provider.newCode(asked), state, iss };
}

async function token(provider, asked, iss, alg) {
  const grant = await provider.redeem(asked);
  const access_token = provider.keep(randomBytes(32).toString('base64url'), grant);
  const times = { iat: now(), exp: now() + 300 };
  const claims = { iss, aud: provider.client.clientId, ...grant.person, nonce: grant.nonce, at_hash: leftHalf(alg, access_token), ...times };
  const id_token = await provider.idToken(claims, { typ: 'JWT' });
  return provider.json('token', { access_token, token_type: 'Bearer', expires_in: 300, scope: grant.scopes.join(' '), id_token });
}
