// GitHub, which has OAuth without ID tokens: https://docs.github.com/apps/oauth-apps/building-oauth-apps/authorizing-oauth-apps,
// https://docs.github.com/rest/users/users and …/emails.

import { randomBytes } from 'node:crypto';
import { IdentityProvider } from './identity-provider.mjs';

const API = 'https://api.github.com';
const HELP = 'https://docs.github.com/apps/managing-oauth-apps';

const VENDOR = {
  name: 'GitHub',
  code: () => randomBytes(10).toString('hex'),
  methods: ['client_secret_post', 'client_secret_basic'],
  // `email` is what the profile shows, if anything; `emails` are all there are.
  person: {
    login: 'ada',
    id: 583231,
    node_id: 'MDQ6VXNlcjU4MzIzMQ==',
    avatar_url: 'https://avatars.githubusercontent.com/u/583231?v=4',
    url: `${API}/users/ada`,
    html_url: 'https://github.com/ada',
    type: 'User',
    user_view_type: 'private',
    site_admin: false,
    name: 'Ada Lovelace',
    email: null,
    created_at: '2011-01-25T18:44:36Z',
    updated_at: '2024-09-22T11:26:54Z',
    emails: [
      { email: 'old@mail.example', primary: false, verified: false, visibility: null },
      { email: 'ada@mail.example', primary: true, verified: true, visibility: 'private' },
      { email: '583231+ada@users.noreply.github.com', primary: false, verified: true, visibility: null },
    ],
  },
  pages: { 'https://github.com/login/oauth/authorize': consent },
  routes: {
    'POST https://github.com/login/oauth/access_token': token,
    [`GET ${API}/user`]: withUserAgent(user),
    [`GET ${API}/user/emails`]: withUserAgent(emails),
  },
  refusals: {
    client: refuse('incorrect_client_credentials', 'The client_id and/or client_secret passed are incorrect.'),
    code: refuse('bad_verification_code', 'The code passed is incorrect or expired.'),
    spent: refuse('bad_verification_code', 'The code passed is incorrect or expired.'),
    redirect: refuse('redirect_uri_mismatch', 'The redirect_uri MUST match the registered callback URL for this application.'),
    verifier: refuse('bad_verification_code', 'The code passed is incorrect or expired.'),
    unverified: refuse('unverified_user_email', 'The user must have a verified primary email.'),
    token: () => problem(401, 'Bad credentials'),
  },
};

export const github = (client) => new IdentityProvider(client, VENDOR);

/** An error has status 200, in the format the client accepts. */
function refuse(error, error_description) {
  const error_uri = `${HELP}/troubleshooting-oauth-app-access-token-request-errors/#${error.replaceAll('_', '-')}`;
  return (asked) => formatted(asked, { error, error_description, error_uri });
}

function formatted({ headers }, members) {
  if (headers.accept?.includes('application/json')) return Response.json(members);
  const form = { 'Content-Type': 'application/x-www-form-urlencoded; charset=utf-8' };
  return new Response(new URLSearchParams(members).toString(), { headers: form });
}

function problem(status, message) {
  return Response.json({ message, documentation_url: 'https://docs.github.com/rest', status: String(status) }, { status });
}

/** https://docs.github.com/rest/using-the-rest-api/getting-started-with-the-rest-api#user-agent */
function withUserAgent(route) {
  const text = 'Request forbidden by administrative rules. Please make sure your request has a User-Agent header.';
  return async (provider, asked) => (asked.headers['user-agent'] ? route(provider, asked) : new Response(text, { status: 403 }));
}

/** A wrong redirect address is an error for the registered one. */
function consent(provider, asked, deny) {
  const { client_id, redirect_uri, state, code_challenge, code_challenge_method } = asked.fields;
  const failed = (error, error_description) => {
    const error_uri = `${HELP}/troubleshooting-authorization-request-errors/#${error.replaceAll('_', '-')}`;
    return { error, error_description, error_uri, state };
  };
  if (client_id !== provider.client.clientId) throw new Error('GitHub shows an error page: 404');
  if (redirect_uri !== provider.client.redirectUri) {
    return failed('redirect_uri_mismatch', 'The redirect_uri MUST match the registered callback URL for this application.');
  }
  if (code_challenge && code_challenge_method !== 'S256') throw new Error('GitHub shows an error page: code_challenge_method is not S256');
  if (deny) return failed('access_denied', 'The user has denied your application access.');
  return { code: provider.newCode(asked), state };
}

async function token(provider, asked) {
  const grant = await provider.redeem(asked);
  if (!grant.person.emails.some(({ primary, verified }) => primary && verified)) throw provider.refusal('unverified', asked);
  const access_token = provider.keep(`gho_${randomBytes(18).toString('hex')}`, grant);
  const answer = provider.changed('token', { access_token, scope: grant.scopes.join(','), token_type: 'bearer' });
  return answer instanceof Response ? answer : formatted(asked, answer);
}

function user(provider, asked) {
  const { emails, ...profile } = provider.holder(asked).person;
  return provider.json('user', profile);
}

function emails(provider, asked) {
  const { person, scopes } = provider.holder(asked);
  const allowed = scopes.includes('user') || scopes.includes('user:email');
  return allowed ? provider.json('emails', person.emails) : problem(404, 'Not Found');
}
