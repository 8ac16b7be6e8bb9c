// Providers for real browsers: stand-ins whose pages send a browser back at once.

import { answersOf } from '../workerd/identity-providers/identity-provider.mjs';
import { apple } from '../workerd/identity-providers/apple.mjs';
import { google } from '../workerd/identity-providers/google.mjs';
import { openid } from '../workerd/identity-providers/openid.mjs';
import { ada, join } from '../workerd/people.mjs';
import { resend } from '../workerd/resend.mjs';
import { devtoolsOf, home } from './browser.mjs';

/** Where their pages are. */
export const ORIGINS = { google: 'https://accounts.google.com', apple: 'https://appleid.apple.com', work: 'https://id.example' };
const client = () => ({ clientId: 'gatehouse', clientSecret: 'a secret' });

/** A worker with Google, Apple and an OpenID provider, and the user ada. */
export async function homeWithProviders(t, settings = {}) {
  const providers = { google: google(client()), apple: apple(client()), work: openid({ ...client(), issuer: ORIGINS.work }) };
  const { teamId, keyId, privateKey } = providers.apple;
  const mail = await resend(t);
  const entries = [
    { kind: 'google', client_id: 'gatehouse' },
    { kind: 'apple', client_id: 'gatehouse', team_id: teamId, key_id: keyId },
    { id: 'work', kind: 'oidc', name: 'Example Inc.', issuer: ORIGINS.work, client_id: 'gatehouse' },
  ];
  const secrets = { GOOGLE: 'a secret', APPLE: privateKey, WORK: 'a secret' };
  const named = Object.entries(secrets).map(([id, secret]) => [`AUTH_PROVIDER_${id}_SECRET`, secret]);
  const vars = { AUTH_PROVIDERS: JSON.stringify(entries), ...Object.fromEntries(named), ...settings };
  const worker = Object.assign(await home(t, { mail, vars, outbound: answersOf(...Object.values(providers)) }), { mail, providers });
  for (const [id, provider] of Object.entries(providers)) provider.client.redirectUri = `${worker.address}/account/with/${id}/callback`;
  await join(worker, mail, ada);
  return worker;
}

/** Answers the providers' pages in a browser, also after a redirect. `deny`: their user does not agree. */
export async function lead(page, { providers }, { deny } = {}) {
  const devtools = await devtoolsOf(page);
  devtools.on('Fetch.requestPaused', async ({ requestId, request: { url } }) => {
    const [id] = Object.entries(ORIGINS).find(([, origin]) => url.startsWith(origin));
    const back = await providers[id].authorize(url, { deny });
    const body = Buffer.from(back instanceof URL ? forward(back) : formOf(back)).toString('base64');
    const responseHeaders = [{ name: 'Content-Type', value: 'text/html' }];
    await devtools.send('Fetch.fulfillRequest', { requestId, responseCode: 200, responseHeaders, body });
  });
  await devtools.send('Fetch.enable', { patterns: Object.values(ORIGINS).map((origin) => ({ urlPattern: `${origin}/*` })) });
  return page;
}

const forward = (url) => `<meta http-equiv="refresh" content="0; url=${url.href.replaceAll('&', '&amp;')}">`;

const formOf = ({ action, fields }) => {
  const inputs = [...fields].map(([name, value]) => `<input type="hidden" name="${name}" value="${value}">`);
  return `<form method="post" action="${action}">${inputs.join('')}</form><script>document.forms[0].submit()</script>`;
};

/** Waits for a page of ours. */
export const arrive = (page, path) => page.waitForURL((url) => url.pathname === path);
