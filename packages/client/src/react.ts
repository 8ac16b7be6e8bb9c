'use client';

// The session for React components.

import { useSyncExternalStore } from 'react';
import type { Client } from './client.js';
import { PENDING, type Snapshot } from './session.js';

const pending = () => PENDING;

/** Who is signed in; `pending` on a server, and until the page is hydrated and the tokens have been looked for. */
export function useSession(client: Pick<Client, 'subscribe' | 'snapshot'>): Snapshot {
  return useSyncExternalStore(client.subscribe, client.snapshot, pending);
}
