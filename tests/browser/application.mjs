// An application that sends its users to sign in, and gets them back with a ticket.

import { strict as assert } from 'node:assert';
import { createHash, randomBytes } from 'node:crypto';
import { ada, join } from '../workerd/people.mjs';
import { resend } from '../workerd/resend.mjs';
import { site } from './attacker-site.mjs';
import { home } from './browser.mjs';

/** A worker that may send ada to one address of an application. */
export async function homeWithApplication(t) {
  const [mail, app] = [await resend(t), await site(t)];
  const vars = { AUTH_REDIRECT_URIS: `${app.near}/in`, AUTH_CORS_ORIGINS: app.near };
  const worker = await home(t, { mail, vars });
  await join(worker, mail, ada);
  return { worker, app };
}

/** The URL an application redirects a browser to, and the verifier it keeps to trade the ticket. */
export function ticketRequest(r, more = {}) {
  const verifier = randomBytes(32).toString('base64url');
  const code_challenge = createHash('sha256').update(verifier).digest('base64url');
  const way = `/account/signin?${new URLSearchParams({ r, ...more, code_challenge, code_challenge_method: 'S256' })}`;
  return { verifier, way };
}

/** Ticket and state, as an address received them. */
export function brought(page, address) {
  const url = new URL(page.url());
  assert.equal(url.origin + url.pathname, address);
  return ['code', 'state'].map((name) => url.searchParams.get(name));
}
