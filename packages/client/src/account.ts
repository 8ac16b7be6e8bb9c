// Accounts, and what they are signed in to with.

import type { Client } from './client.js';
import type { Connection } from './connection.js';
import { isError, isTemporary } from './error.js';
import { create, createsByItself, forget, present, supportsPasskeys } from './passkeys.js';

type Registering = 'register' | 'activate' | 'sendActivation' | 'recover' | 'checkRecovery' | 'resetPassword';
type Changing = 'changePassword' | 'removePassword' | 'changeEmail' | 'confirmEmail' | 'undoEmail' | 'factors' | 'undoFactors';
type Owning = 'me' | 'exportAccount' | 'deleteAccount' | 'providerTokens' | 'totp' | 'recoveryCodes' | 'sessions' | 'applications';

/** How long suggested passkeys keep one challenge, in milliseconds: it expires after five minutes. */
const CHALLENGE = 240_000;

/** The answers are sentences for people who read them in a terminal. */
const done = async (answer: Promise<unknown>): Promise<void> => void (await answer);

export function registering(connection: Connection): Pick<Client, Registering> {
  return {
    register: (body) => done(connection.open('local/register', body)),
    activate: (body) => done(connection.open('local/activate', body)),
    sendActivation: (body) => done(connection.open('local/activate/send', body)),
    recover: (body) => done(connection.open('local/recover', body)),
    checkRecovery: async (body) => (await connection.open('local/recover/check', body)).valid,
    resetPassword: (body) => done(connection.open('local/recover/reset', body)),
  };
}

export function changing(connection: Connection): Pick<Client, Changing> {
  return {
    changePassword: (body) => done(connection.post('password', body)),
    removePassword: () => connection.delete('password'),
    changeEmail: (body) => done(connection.post('email', body)),
    confirmEmail: (body) => done(connection.open('email/confirm', body)),
    undoEmail: (body) => done(connection.open('email/undo', body)),
    factors: () => connection.get('factors'),
    undoFactors: (body) => done(connection.open('factors/undo', body)),
  };
}

export function owning(connection: Connection): Pick<Client, Owning> {
  return {
    me: () => connection.get('me'),
    exportAccount: () => connection.get('me/export'),
    deleteAccount: async () => {
      await connection.delete('me');
      await connection.session.end();
    },
    providerTokens: (id) => connection.get('providers/{id}/tokens', `providers/${encodeURIComponent(id)}/tokens`),
    totp: {
      offer: () => connection.post('totp'),
      confirm: (body) => done(connection.post('totp/confirm', body)),
      remove: () => connection.delete('totp'),
    },
    recoveryCodes: {
      offer: () => connection.post('recovery-codes'),
      confirm: (body) => done(connection.post('recovery-codes/confirm', body)),
    },
    sessions: {
      list: async () => (await connection.get('sessions')).sessions,
      end: (id) => connection.delete('sessions/{id}', `sessions/${encodeURIComponent(id)}`),
    },
    applications: {
      list: async () => (await connection.get('applications')).applications,
      remove: (client_id) => done(connection.post('applications/remove', { client_id })),
    },
  };
}

export function passkeys(connection: Connection): Client['passkeys'] {
  const add = async (kind: 'passkey' | 'security_key', name?: string, mediation?: 'conditional') => {
    const how = { kind, ...(mediation && { mediation }) };
    const options = await connection.post('passkeys/options', how);
    const credential = await create(options, mediation);
    try {
      return await connection.post('passkeys', { credential, ...how, ...(name !== undefined && { name }) });
    } catch (error) {
      if (!isTemporary(error)) await forget(options, credential);
      throw error;
    }
  };
  return {
    supported: supportsPasskeys,
    signIn: async (options) => {
      const credential = await present(await connection.open('passkey/options'), undefined, options?.signal);
      return connection.signIn('passkey', { credential });
    },
    suggest: (options) => suggest(connection, options?.signal),
    reauthenticate: async () => {
      await connection.post('reauthenticate', { credential: await present(await connection.post('reauthenticate/options')) });
      return connection.reissued();
    },
    list: async () => (await connection.get('passkeys')).passkeys,
    add: ({ name, kind = 'passkey' } = {}) => add(kind, name),
    upgrade: async () => ((await createsByItself()) ? add('passkey', undefined, 'conditional') : null),
    rename: (id, name) => done(connection.post('passkeys/{id}', { name }, `passkeys/${encodeURIComponent(id)}`)),
    remove: (id) => connection.delete('passkeys/{id}', `passkeys/${encodeURIComponent(id)}`),
  };
}

/** Suggests passkeys, with a new challenge whenever the last one is too old or used up. */
async function suggest(connection: Connection, signal?: AbortSignal): ReturnType<Client['passkeys']['suggest']> {
  for (;;) {
    const options = await connection.open('passkey/options');
    const expired = AbortSignal.timeout(CHALLENGE);
    try {
      const credential = await present(options, 'conditional', signal ? AbortSignal.any([signal, expired]) : expired);
      return await connection.signIn('passkey', { credential });
    } catch (error) {
      if (!expired.aborted && !isError(error, 'invalid_token')) throw error;
    }
  }
}
