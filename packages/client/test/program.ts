// A program of a user, for package.test.mjs to compile.

import { type Client, type Snapshot, createClient, isError } from '@gatehouse/client';
import { useSession } from '@gatehouse/client/react';

const client: Client = createClient({ url: 'http://localhost:1', apis: ['https://api.example.com'] });

export async function signIn(login: string, password: string): Promise<string> {
  try {
    const user = await client.signIn({ login, password });
    return user.id;
  } catch (error) {
    if (isError(error, 'second_factor_required')) return (await client.mfa.verify(error.data.mfa_token, { code: '000000' })).id;
    if (isError(error, 'weak_password')) return error.data.reasons.join();
    throw error;
  }
}

export function name(): string {
  const session: Snapshot = useSession(client);
  return session.status === 'signed_in' ? session.user.id : session.status;
}

export async function misuse(): Promise<void> {
  // @ts-expect-error a password is missing
  await client.signIn({ login: 'ada' });
  // @ts-expect-error there is no such code
  isError(undefined, 'second_factor');
  const { sessions } = client;
  const [first] = await sessions.list();
  // @ts-expect-error the list may be empty
  first.id.trim();
}

console.log((await client.getToken()) ?? 'nobody is signed in');
