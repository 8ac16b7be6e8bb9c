// Better Auth as its documentation sets it up on Workers: e-mail and password, D1, and its defaults but for the two said here.

import { betterAuth } from 'better-auth';
import { env } from 'cloudflare:workers';

const auth = betterAuth({
  database: env.DB,
  secret: env.SECRET,
  baseURL: env.BASE_URL,
  emailAndPassword: { enabled: true },
  // Ours does not count by address here either: all of a bench comes from one.
  rateLimit: { enabled: false },
  // Five minutes by default, which a full run outlasts. What has expired would be measured as if there were no cache.
  session: env.COOKIE_CACHE ? { cookieCache: { enabled: true, maxAge: 3600 } } : {},
});

export default { fetch: (request) => auth.handler(request) };
