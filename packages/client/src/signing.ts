// Signing in and out.

import type { Client } from './client.js';
import type { Connection } from './connection.js';
import { answerOf, jsonRequest, send } from './http.js';
import { present } from './passkeys.js';
import { arrival, departure } from './redirect.js';

type Signing = 'signInWithRedirect' | 'finishRedirect' | 'signIn' | 'signOut' | 'signOutEverywhere' | 'reauthenticate' | 'providers';

export function signing(connection: Connection): Pick<Client, Signing | 'otp' | 'mfa'> {
  let finishing: ReturnType<Client['finishRedirect']> | undefined;
  return {
    signInWithRedirect: async (options = {}) => {
      location.assign(await departure(connection.url, options));
      return new Promise<never>(() => undefined); // nobody is signed in while the browser leaves
    },
    // React's Strict Mode asks twice, and a ticket works once.
    finishRedirect: () => (finishing ??= finish(connection).finally(() => (finishing = undefined))),
    signIn: (body) => connection.signIn('local/login', body),
    signOut: () => signOut(connection),
    signOutEverywhere: async () => {
      await connection.post('logout/all');
      await connection.session.end();
    },
    reauthenticate: async (proof) => {
      await connection.post('reauthenticate', proof);
      return connection.reissued();
    },
    providers: async () => {
      const { json } = await answerOf(await send(connection.plain, new Request(`${connection.url}/api/auth/providers`)));
      return (json as { providers: Awaited<ReturnType<Client['providers']>> }).providers;
    },
    otp: {
      request: (body) => connection.open('otp/request', body),
      verify: (body) => connection.signIn('otp/verify', body),
    },
    mfa: secondSteps(connection),
  };
}

function secondSteps(connection: Connection): Client['mfa'] {
  return {
    verify: (mfa_token, step) => connection.signIn('mfa/verify', { mfa_token, ...step }),
    verifyWithPasskey: async (mfa_token) => {
      const credential = await present(await connection.open('mfa/options', { mfa_token }));
      return connection.signIn('mfa/verify', { mfa_token, credential });
    },
    enrol: (mfa_token) => connection.open('mfa/enrol', { mfa_token }),
    confirmEnrolment: (body) => connection.signIn('mfa/enrol/confirm', body),
  };
}

async function finish(connection: Connection): ReturnType<Client['finishRedirect']> {
  const arrived = arrival(connection.url);
  if (!arrived) return null;
  return { user: await connection.signIn('exchange', arrived.ticket), remember: arrived.remember };
}

async function signOut({ session, url, plain }: Connection): Promise<void> {
  const pair = await session.end();
  if (!pair) return;
  const { refresh_token, token } = pair;
  // The page may be left at once.
  const request = jsonRequest(`${url}/api/auth/logout`, 'POST', refresh_token ? { refresh_token } : {}, { keepalive: true });
  if (!refresh_token) request.headers.set('Authorization', `Bearer ${token}`);
  const response = await send(plain, request);
  if (response.status !== 401) await answerOf(response); // 401: it has ended already
}
