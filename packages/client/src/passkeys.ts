// Passkeys, as browsers make and present them (WebAuthn L3), and what they say to Gatehouse.

import type { components } from './openapi.js';

type Options<Name extends 'RequestOptions' | 'CreationOptions'> = components['schemas'][Name];

/** Whether this browser has what this package uses. */
export const supportsPasskeys = (): boolean =>
  typeof globalThis.PublicKeyCredential?.parseRequestOptionsFromJSON === 'function';

/** Whether it makes a first passkey by itself, after its password manager has signed in. */
export async function createsByItself(): Promise<boolean> {
  const known = supportsPasskeys() && (await PublicKeyCredential.getClientCapabilities?.());
  return Boolean(known && known['conditionalCreate']);
}

let waiting: AbortController | undefined;

/** Presents a passkey. A question that still waits, such as a suggestion beside a field, ends: browsers ask one at a time. */
export async function present(
  { publicKey }: Options<'RequestOptions'>,
  mediation?: 'conditional',
  signal?: AbortSignal,
): Promise<Record<string, unknown>> {
  waiting?.abort();
  const mine = (waiting = new AbortController());
  const asked = {
    publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(publicKey as PublicKeyCredentialRequestOptionsJSON),
    signal: signal ? AbortSignal.any([signal, mine.signal]) : mine.signal,
    ...(mediation && { mediation }),
  };
  return ((await navigator.credentials.get(asked)) as PublicKeyCredential).toJSON();
}

export async function create({ publicKey }: Options<'CreationOptions'>, mediation?: 'conditional'): Promise<Record<string, unknown>> {
  const options = PublicKeyCredential.parseCreationOptionsFromJSON(publicKey as PublicKeyCredentialCreationOptionsJSON);
  const asked: CredentialCreationOptions & { mediation?: string } = { publicKey: options, ...(mediation && { mediation }) };
  return ((await navigator.credentials.create(asked)) as PublicKeyCredential).toJSON();
}
