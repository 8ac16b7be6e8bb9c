// Apple: https://developer.apple.com/documentation/signinwithapplerestapi and
// https://developer.apple.com/documentation/accountorganizationaldatasharing/creating-a-client-secret.

import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { jwtVerify } from 'jose';
import { IdentityProvider, now, only } from './identity-provider.mjs';
import { leftHalf } from './signing.mjs';

const ISSUER = 'https://appleid.apple.com';
const SIX_MONTHS = 15_777_000;

const DISCOVERY = {
  issuer: ISSUER,
  authorization_endpoint: `${ISSUER}/auth/authorize`,
  token_endpoint: `${ISSUER}/auth/token`,
  revocation_endpoint: `${ISSUER}/auth/revoke`,
  jwks_uri: `${ISSUER}/auth/keys`,
  response_types_supported: ['code'],
  response_modes_supported: ['query', 'fragment', 'form_post'],
  subject_types_supported: ['pairwise'],
  id_token_signing_alg_values_supported: ['RS256'],
  scopes_supported: ['openid', 'email', 'name'],
  token_endpoint_auth_methods_supported: ['client_secret_post'],
  claims_supported: ['aud', 'email', 'email_verified', 'exp', 'iat', 'is_private_email', 'iss', 'nonce', 'nonce_supported', 'sub', 'transfer_sub'],
};

const refuse = (error, error_description) => () => Response.json({ error, error_description }, { status: 400 });

const VENDOR = {
  name: 'Apple',
  alg: 'RS256',
  kid: () => randomBytes(8).toString('base64url').slice(0, 10),
  code: () => `c${randomBytes(16).toString('hex')}.0.${randomBytes(4).toString('hex')}`,
  authenticates,
  // Truths are text. Who hides the address has one at privaterelay.appleid.com and `is_private_email`.
  person: {
    sub: '001234.3f8e2b0c9d1a4e5f8a7b6c5d4e3f2a1b.0815',
    email: 'ada@mail.example',
    email_verified: 'true',
    name: { firstName: 'Ada', lastName: 'Lovelace' },
  },
  pages: { [DISCOVERY.authorization_endpoint]: consent },
  routes: {
    [`GET ${ISSUER}/.well-known/openid-configuration`]: (provider) => provider.json('discovery', DISCOVERY),
    [`GET ${DISCOVERY.jwks_uri}`]: (provider) => provider.keySet(),
    [`POST ${DISCOVERY.token_endpoint}`]: token,
  },
  refusals: {
    client: refuse('invalid_client'),
    grantType: refuse('unsupported_grant_type'),
    code: refuse('invalid_grant', 'The code has expired or has been revoked.'),
    spent: refuse('invalid_grant', 'The code has already been used.'),
    redirect: ({ fields }) => refuse('invalid_grant', `redirect_uri mismatch. The code was not issued to ${fields.redirect_uri}.`)(),
  },
};

/** In place of a secret, the developer has a team and a key: `teamId`, `keyId`, and `privateKey` in PKCS #8 as the .p8 file. */
export function apple({ clientId, redirectUri, teamId = 'TEAM123456', keyId = 'KEY1234567' }) {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const developer = { teamId, keyId, privateKey: privateKey.export({ format: 'pem', type: 'pkcs8' }) };
  return Object.assign(new IdentityProvider({ clientId, redirectUri, publicKey, ...developer }, VENDOR), developer, { consented: new Set() });
}

/** The client secret is a JWT that the developer has signed. */
async function authenticates({ client }, { fields }) {
  const expected = { algorithms: ['ES256'], issuer: client.teamId, subject: client.clientId, audience: ISSUER, requiredClaims: ['iat', 'exp'] };
  try {
    const { payload, protectedHeader } = await jwtVerify(fields.client_secret, client.publicKey, expected);
    return fields.client_id === client.clientId && protectedHeader.kid === client.keyId && payload.exp <= now() + SIX_MONTHS;
  } catch {
    return false;
  }
}

function consent(provider, asked, deny) {
  provider.check(asked, { client: 'invalid_client', redirect: 'invalid_request: Invalid web redirect url.' });
  const { scope, state, response_mode } = asked.fields;
  const scopes = scope.split(' ');
  if (response_mode !== 'form_post' && (scopes.includes('name') || scopes.includes('email'))) {
    throw new Error('Apple shows an error page: response_mode must be form_post when name or email scope is requested.');
  }
  if (deny) return { error: 'user_cancelled_authorize', state };
  return { state, code: provider.newCode(asked), user: userField(provider, scopes) };
}

/** Name and address, which only the first consent of a person brings. */
function userField({ consented, signedIn }, scopes) {
  if (consented.has(signedIn.sub)) return undefined;
  consented.add(signedIn.sub);
  return JSON.stringify(only(signedIn, ...scopes.filter((scope) => scope === 'name' || scope === 'email')));
}

async function token(provider, asked) {
  const grant = await provider.redeem(asked);
  const access_token = `a${randomBytes(16).toString('hex')}.0.${randomBytes(20).toString('base64url')}`;
  const claims = {
    iss: ISSUER,
    aud: provider.client.clientId,
    exp: now() + 86400,
    iat: now(),
    sub: grant.person.sub,
    nonce: grant.nonce,
    at_hash: leftHalf('RS256', access_token),
    ...(grant.scopes.includes('email') && only(grant.person, 'email', 'email_verified', 'is_private_email')),
    auth_time: now(),
    nonce_supported: true,
  };
  const refresh_token = `r${randomBytes(16).toString('hex')}.0.${randomBytes(20).toString('base64url')}`;
  return provider.json('token', { access_token, token_type: 'Bearer', expires_in: 3600, refresh_token, id_token: await provider.idToken(claims) });
}
