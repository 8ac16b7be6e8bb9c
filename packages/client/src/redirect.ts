// Sign-in on Gatehouse's own pages: there with the hash of a verifier (PKCE, RFC 7636), and back with a ticket.

import { GatehouseError } from './error.js';

export interface RedirectOptions {
  /** The address to come back to, exactly as `AUTH_REDIRECT_URIS` lists it. By default the one of this page. */
  returnTo?: string;
  /** Kept meanwhile, for `finishRedirect` to return: for instance where in the application the user was. */
  remember?: string;
  /** The id of an identity provider to go to at once. */
  provider?: string;
}

interface Kept {
  url: string;
  verifier: string;
  remember: string | null;
}

/** With it a page knows its own `code` from that of another library. */
const PREFIX = 'gatehouse-';

/** The address to send the browser to. The verifier stays in this tab. */
export async function departure(url: string, { returnTo, remember, provider }: RedirectOptions): Promise<string> {
  const [verifier, state] = [random(), PREFIX + random()];
  sessionStorage.setItem(state, JSON.stringify({ url, verifier, remember: remember ?? null } satisfies Kept));
  const hash = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(verifier));
  const page = provider === undefined ? 'signin' : `with/${encodeURIComponent(provider)}`;
  return `${url}/account/${page}?${new URLSearchParams({
    r: returnTo ?? location.origin + location.pathname,
    state,
    code_challenge: base64url(new Uint8Array(hash)),
    code_challenge_method: 'S256',
  })}`;
}

/** The ticket with which the browser has come back, and what was kept for it. The address loses both. */
export function arrival(url: string): { ticket: { code: string; code_verifier: string }; remember: string | null } | null {
  const here = new URL(location.href);
  const [code, state] = [here.searchParams.get('code'), here.searchParams.get('state')];
  if (!code || !state?.startsWith(PREFIX)) return null;
  const kept = JSON.parse(sessionStorage.getItem(state) ?? 'null') as Kept | null;
  if (kept && kept.url !== url) return null; // of another client
  here.searchParams.delete('code');
  here.searchParams.delete('state');
  history.replaceState(history.state, '', here);
  sessionStorage.removeItem(state);
  if (!kept) throw new GatehouseError('redirect_mismatch');
  return { ticket: { code, code_verifier: kept.verifier }, remember: kept.remember };
}

const random = () => base64url(crypto.getRandomValues(new Uint8Array(32)));

const base64url = (bytes: Uint8Array) =>
  btoa(String.fromCharCode(...bytes)).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '');
