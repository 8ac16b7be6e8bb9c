// Better Auth as its documentation sets it up on Workers: email and password, D1, and its defaults except the two explained here.

import { env } from 'cloudflare:workers';

export const options = {
  database: env.DB,
  secret: env.SECRET,
  baseURL: env.BASE_URL,
  emailAndPassword: { enabled: true },
  // Ours has no limits by IP address here either: all requests of a bench come from one address.
  rateLimit: { enabled: false },
  // Five minutes by default, less than a full run. An expired cache would be measured as if there were none.
  session: env.COOKIE_CACHE ? { cookieCache: { enabled: true, maxAge: 3600 } } : {},
};
