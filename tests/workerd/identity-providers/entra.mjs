// Microsoft Entra ID: https://learn.microsoft.com/entra/identity-platform/v2-protocols-oidc, …/v2-oauth2-auth-code-flow,
// …/id-token-claims-reference and …/reference-error-codes.

import { randomBytes, randomUUID } from 'node:crypto';
import { IdentityProvider, now, only } from './identity-provider.mjs';

const LOGIN = 'https://login.microsoftonline.com';
const USERINFO = 'https://graph.microsoft.com/oidc/userinfo';

/** The ids of tenants. The one of personal accounts is the same everywhere. */
export const tenants = {
  contoso: '72f988bf-86f1-41af-91ab-2d7cd011db47',
  fabrikam: '8eaef023-2b34-4da1-9baa-8bc8c9d6a490',
  personal: '9188040d-6c67-4c5b-b112-36a304b66dad',
};

/** Whose tokens each authority issues: the issuer's tenant, and which tenants' accounts may sign in there. */
const AUTHORITIES = {
  common: ['{tenantid}', () => true],
  organizations: ['{tenantid}', (tid) => tid !== tenants.personal],
  consumers: [tenants.personal, (tid) => tid === tenants.personal],
  'contoso.onmicrosoft.com': [tenants.contoso, (tid) => tid === tenants.contoso],
  ...Object.fromEntries(Object.values(tenants).map((id) => [id, [id, (tid) => tid === id]])),
};

const issuer = (tid) => `${LOGIN}/${tid}/v2.0`;

/** PKCE is supported, though the document is silent about it. */
function discovery(authority, tid) {
  const base = `${LOGIN}/${tid === '{tenantid}' ? authority : tid}`;
  return {
    token_endpoint: `${base}/oauth2/v2.0/token`,
    token_endpoint_auth_methods_supported: ['client_secret_post', 'private_key_jwt', 'client_secret_basic'],
    jwks_uri: `${base}/discovery/v2.0/keys`,
    response_modes_supported: ['query', 'fragment', 'form_post'],
    subject_types_supported: ['pairwise'],
    id_token_signing_alg_values_supported: ['RS256'],
    response_types_supported: ['code', 'id_token', 'code id_token', 'id_token token'],
    scopes_supported: ['openid', 'profile', 'email', 'offline_access'],
    issuer: issuer(tid),
    request_uri_parameter_supported: false,
    userinfo_endpoint: USERINFO,
    authorization_endpoint: `${base}/oauth2/v2.0/authorize`,
    device_authorization_endpoint: `${base}/oauth2/v2.0/devicecode`,
    http_logout_supported: true,
    frontchannel_logout_supported: true,
    end_session_endpoint: `${base}/oauth2/v2.0/logout`,
    claims_supported: ['sub', 'iss', 'aud', 'exp', 'iat', 'auth_time', 'acr', 'nonce', 'preferred_username', 'name', 'tid', 'ver', 'email'],
    tenant_region_scope: tid === '{tenantid}' ? null : 'EU',
    cloud_instance_name: 'microsoftonline.com',
    cloud_graph_host_name: 'graph.windows.net',
    msgraph_host: 'graph.microsoft.com',
    rbac_url: 'https://pas.windows.net',
  };
}

/** A key is published without `alg`. At the authorities of several tenants, it says whose tokens it signs. */
const asJwk = (tid) => ({ jwk: { alg, ...jwk } }) => ({ ...jwk, x5t: jwk.kid, issuer: issuer(tid) });

const PAGES = {};
const ROUTES = { [`GET ${USERINFO}`]: userinfo };
for (const [authority, [tid, admits]] of Object.entries(AUTHORITIES)) {
  PAGES[`${LOGIN}/${authority}/oauth2/v2.0/authorize`] = (provider, asked, deny) => consent(provider, asked, deny, admits);
  const known = discovery(authority, tid);
  ROUTES[`GET ${LOGIN}/${authority}/v2.0/.well-known/openid-configuration`] = (provider) => provider.json('discovery', known);
  ROUTES[`GET ${LOGIN}/${authority}/discovery/v2.0/keys`] = (provider) => provider.keySet(asJwk(tid));
  ROUTES[`POST ${LOGIN}/${authority}/oauth2/v2.0/token`] = token;
}

const REFUSALS = {
  client: refuse(401, 'invalid_client', 7000215, 'Invalid client secret provided.'),
  grantType: refuse(400, 'unsupported_grant_type', 70003, 'The app requested an unsupported grant type.'),
  code: refuse(400, 'invalid_grant', 70000, 'Provided grant is invalid or malformed.'),
  spent: refuse(400, 'invalid_grant', 54005, 'OAuth2 Authorization code was already redeemed.'),
  redirect: refuse(400, 'invalid_client', 500112, 'The reply address does not match the reply address provided when requesting Authorization code.'),
  verifier: refuse(400, 'invalid_grant', 501481, 'The Code_Verifier does not match the code_challenge supplied in the authorization request.'),
  token: () => Response.json({ error: { code: 'InvalidAuthenticationToken', message: 'Access token validation failure.' } }, { status: 401 }),
};

const VENDOR = {
  name: 'Entra',
  alg: 'RS256',
  kid: () => randomBytes(20).toString('base64url'),
  code: () => `1.A${randomBytes(200).toString('base64url')}`,
  methods: ['client_secret_post', 'client_secret_basic'],
  // Whoever administers a tenant chooses the email addresses in it, and no claim says whether one is verified.
  person: {
    tid: tenants.contoso,
    oid: '690222be-ff1a-4d56-abd1-7e4f7d38e474',
    sub: 'AAAAAAAAAAAAAAAAAAAAAIkzqFVrSaSaFHy782bbtaQ',
    name: 'Ada Lovelace',
    given_name: 'Ada',
    family_name: 'Lovelace',
    preferred_username: 'ada@contoso.onmicrosoft.com',
    email: 'ada@contoso.example',
  },
  pages: PAGES,
  routes: ROUTES,
  refusals: REFUSALS,
};

export const entra = (client) => new IdentityProvider(client, VENDOR);

/** An error as the token endpoint words it. */
function fault(error, number, text) {
  const [trace_id, correlation_id] = [randomUUID(), randomUUID()];
  const timestamp = new Date().toISOString().replace('T', ' ').replace(/\.\d+/, '');
  const error_description = `AADSTS${number}: ${text} Trace ID: ${trace_id} Correlation ID: ${correlation_id} Timestamp: ${timestamp}`;
  return { error, error_description, error_codes: [number], timestamp, trace_id, correlation_id, error_uri: `${LOGIN}/error?code=${number}` };
}

function refuse(status, error, number, text) {
  return () => Response.json(fault(error, number, text), { status, headers: { 'Cache-Control': 'no-store, no-cache' } });
}

function consent(provider, asked, deny, admits) {
  provider.check(asked, { client: 'AADSTS700016: Unknown application', redirect: 'AADSTS50011: The redirect URI does not match' });
  const { state } = asked.fields;
  const { tid } = provider.signedIn;
  if (!admits(tid)) throw new Error('Entra shows an error page: AADSTS50020: User account does not exist in tenant');
  if (!deny) return { code: provider.newCode(asked), state, session_state: randomUUID() };
  const { error, error_description, error_uri } = fault('access_denied', 65004, 'User declined to consent to access the app.');
  return { error, error_description, error_uri, state };
}

async function token(provider, asked) {
  const grant = await provider.redeem(asked);
  const { person, scopes, nonce } = grant;
  const claims = {
    ver: '2.0',
    iss: issuer(person.tid),
    aud: provider.client.clientId,
    iat: now(),
    nbf: now(),
    exp: now() + 3900,
    nonce,
    rh: '1.AAAA.',
    uti: randomBytes(16).toString('base64url'),
    ...only(person, 'sub', 'tid', 'xms_edov'),
    ...(scopes.includes('profile') && only(person, 'oid', 'name', 'preferred_username')),
    ...(scopes.includes('email') && only(person, 'email')),
  };
  return provider.json('token', {
    token_type: 'Bearer',
    scope: scopes.join(' '),
    expires_in: 3599,
    ext_expires_in: 3599,
    access_token: provider.keep(`EwB${randomBytes(300).toString('base64url')}`, grant),
    ...(scopes.includes('openid') && { id_token: await provider.idToken(claims, { typ: 'JWT' }) }),
  });
}

async function userinfo(provider, asked) {
  const { person } = provider.holder(asked);
  return provider.json('userinfo', only(person, 'sub', 'name', 'given_name', 'family_name', 'email'));
}
