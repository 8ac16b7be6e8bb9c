// Discord: https://discord.com/developers/docs/topics/oauth2 and …/resources/user#user-object.

import { randomBytes } from 'node:crypto';
import { IdentityProvider } from './identity-provider.mjs';

const API = 'https://discord.com/api';
const VERSIONS = [API, `${API}/v10`];

const refuse = (status, error, error_description) => () => Response.json({ error, error_description }, { status });

const WRONG_VERIFIER = refuse(400, 'invalid_grant', 'Invalid "code_verifier" in request.');
const NO_VERIFIER = refuse(400, 'invalid_request', 'Missing "code_verifier"');

const VENDOR = {
  name: 'Discord',
  code: () => randomBytes(15).toString('base64url'),
  methods: ['client_secret_basic', 'client_secret_post'],
  // An account registered by telephone has no email address: `email` is null.
  person: {
    id: '80351110224678912',
    username: 'ada',
    discriminator: '0',
    global_name: 'Ada',
    avatar: '8342729096ea3675442027381ff50dfe',
    public_flags: 0,
    flags: 0,
    banner: null,
    accent_color: null,
    avatar_decoration_data: null,
    mfa_enabled: true,
    locale: 'en-GB',
    premium_type: 0,
    email: 'ada@mail.example',
    verified: true,
  },
  pages: { 'https://discord.com/oauth2/authorize': consent, [`${API}/oauth2/authorize`]: consent },
  routes: Object.fromEntries(
    VERSIONS.flatMap((api) => [
      [`POST ${api}/oauth2/token`, withUserAgent(token)],
      [`GET ${api}/users/@me`, withUserAgent(user)],
    ]),
  ),
  refusals: {
    client: refuse(401, 'invalid_client'),
    grantType: refuse(400, 'unsupported_grant_type'),
    code: refuse(400, 'invalid_grant', 'Invalid "code" in request.'),
    spent: refuse(400, 'invalid_grant', 'Invalid "code" in request.'),
    redirect: refuse(400, 'invalid_request', 'Invalid "redirect_uri" in request.'),
    verifier: ({ fields }) => (fields.code_verifier ? WRONG_VERIFIER : NO_VERIFIER)(),
    token: () => Response.json({ message: '401: Unauthorized', code: 0 }, { status: 401 }),
  },
};

export const discord = (client) => new IdentityProvider(client, VENDOR);

/** https://discord.com/developers/docs/reference#user-agent */
function withUserAgent(route) {
  return async (provider, asked) => (asked.headers['user-agent'] ? route(provider, asked) : new Response('error code: 1010', { status: 403 }));
}

function consent(provider, asked, deny) {
  provider.check(asked, { client: 'Unknown Application', redirect: 'Invalid OAuth2 redirect_uri' });
  const { state } = asked.fields;
  if (!deny) return { code: provider.newCode(asked), state };
  return { error: 'access_denied', error_description: 'The resource owner or authorization server denied the request', state };
}

async function token(provider, asked) {
  const grant = await provider.redeem(asked);
  return provider.json('token', {
    token_type: 'Bearer',
    access_token: provider.keep(randomBytes(20).toString('base64url'), grant),
    expires_in: 604800,
    refresh_token: randomBytes(20).toString('base64url'),
    scope: grant.scopes.join(' '),
  });
}

function user(provider, asked) {
  const { person, scopes } = provider.holder(asked);
  const { email, verified, ...rest } = person;
  return provider.json('user', scopes.includes('email') ? person : rest);
}
