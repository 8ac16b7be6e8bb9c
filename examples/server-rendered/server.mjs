// A website whose server signs its users in. Browsers have the cookie of a session, and no token.

import { randomBytes } from 'node:crypto';
import { serve } from '@hono/node-server';
import { Hono } from 'hono';
import { deleteCookie, getCookie, setCookie } from 'hono/cookie';
import { csrf } from 'hono/csrf';
import * as oidc from 'openid-client';
import { accountPage, errorPage, welcomePage } from './pages.mjs';

const { AUTH_URL, BASE_URL, CLIENT_ID, CLIENT_SECRET, PORT } = process.env;
const REDIRECT_URI = `${BASE_URL}/callback`;
const RENEWED_BEFORE = 60_000;
/**
 * No other host, no script and no plain http can read such a cookie. Browsers know it as `__Host-shop`. On localhost all ports share
 * cookies, so its name must not be Gatehouse's.
 */
const COOKIE = { prefix: 'host', httpOnly: true, secure: true, sameSite: 'Lax', path: '/' };

const isLocal = new URL(AUTH_URL).protocol === 'http:';
const execute = isLocal ? [oidc.allowInsecureRequests] : [];
const gatehouse = await oidc.discovery(new URL(AUTH_URL), CLIENT_ID, CLIENT_SECRET, undefined, { execute });

/** By the id in the cookie. A website with more than one server keeps them in a database, and deletes old ones. */
const sessions = new Map();

const app = new Hono();
app.use(csrf());

app.get('/', async (c) => {
  const session = await sessionOf(c);
  return c.html(session ? accountPage(session) : welcomePage());
});

app.get('/signin', async (c) => {
  const [verifier, state] = [oidc.randomPKCECodeVerifier(), oidc.randomState()];
  setCookie(c, 'signin', JSON.stringify({ verifier, state }), { ...COOKIE, maxAge: 600 });
  return c.redirect(oidc.buildAuthorizationUrl(gatehouse, {
    redirect_uri: REDIRECT_URI,
    scope: 'openid profile email',
    state,
    code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
  }).href);
});

app.get('/callback', async (c) => {
  const { verifier, state } = JSON.parse(getCookie(c, 'signin', 'host') ?? '{}');
  deleteCookie(c, 'signin', COOKIE);
  if (!state) return c.html(errorPage('This browser has not asked for a sign-in, or more than ten minutes ago.'), 400);
  const url = new URL(REDIRECT_URI + new URL(c.req.url).search);
  const tokens = await oidc.authorizationCodeGrant(gatehouse, url, { pkceCodeVerifier: verifier, expectedState: state });
  const id = randomBytes(32).toString('base64url'); // a new one with each sign-in: nobody can have fixed it before
  sessions.set(id, await withUser(tokens, tokens.claims().sub));
  setCookie(c, 'shop', id, COOKIE);
  return c.redirect('/');
});

app.post('/signout', async (c) => {
  const session = sessions.get(getCookie(c, 'shop', 'host'));
  end(c);
  const back = { post_logout_redirect_uri: `${BASE_URL}/`, ...(session && { id_token_hint: session.idToken }) };
  return c.redirect(oidc.buildEndSessionUrl(gatehouse, back).href, 303);
});

app.onError((error, c) => {
  console.error(error);
  return c.html(errorPage(error.error_description ?? error.message), error.status ?? 502);
});

/** The session of a request. Its tokens are renewed when they are about to expire, which fails if the session has ended at Gatehouse. */
async function sessionOf(c) {
  const id = getCookie(c, 'shop', 'host');
  const session = sessions.get(id);
  if (!session || session.expires - Date.now() > RENEWED_BEFORE) return session;
  try {
    const tokens = await oidc.refreshTokenGrant(gatehouse, session.refreshToken);
    const renewed = await withUser(tokens, session.user.sub);
    sessions.set(id, renewed);
    return renewed;
  } catch (error) {
    if (error.error !== 'invalid_grant') throw error; // Gatehouse cannot be reached: the session goes on
    end(c);
  }
}

async function withUser(tokens, sub) {
  const user = await oidc.fetchUserInfo(gatehouse, tokens.access_token, sub);
  return { user, idToken: tokens.id_token, refreshToken: tokens.refresh_token, expires: Date.now() + tokens.expires_in * 1000 };
}

function end(c) {
  sessions.delete(getCookie(c, 'shop', 'host'));
  deleteCookie(c, 'shop', COOKIE);
}

serve({ fetch: app.fetch, port: Number(PORT), hostname: 'localhost' });
