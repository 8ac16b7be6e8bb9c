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

/** The question before the user. A suggestion beside a field waits in the background. */
let waiting: { controller: AbortController; suggestion: boolean } | undefined;

/** Presents a passkey. Browsers ask one question at a time: a new one ends the last, but a suggestion ends no question of a button. */
export async function present(
  { publicKey }: Options<'RequestOptions'>,
  mediation?: 'conditional',
  signal?: AbortSignal,
): Promise<Record<string, unknown>> {
  if (mediation && waiting && !waiting.suggestion) throw new DOMException('a passkey is being asked for', 'AbortError');
  waiting?.controller.abort();
  const { signal: ended } = (waiting = { controller: new AbortController(), suggestion: Boolean(mediation) }).controller;
  const asked = {
    publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(publicKey as PublicKeyCredentialRequestOptionsJSON),
    signal: signal ? AbortSignal.any([signal, ended]) : ended,
    ...(mediation && { mediation }),
  };
  try {
    return ((await navigator.credentials.get(asked)) as PublicKeyCredential).toJSON();
  } finally {
    if (waiting?.controller.signal === ended) waiting = undefined;
  }
}

export async function create({ publicKey }: Options<'CreationOptions'>, mediation?: 'conditional'): Promise<Record<string, unknown>> {
  const options = PublicKeyCredential.parseCreationOptionsFromJSON(publicKey as PublicKeyCredentialCreationOptionsJSON);
  const asked: CredentialCreationOptions & { mediation?: string } = { publicKey: options, ...(mediation && { mediation }) };
  return ((await navigator.credentials.create(asked)) as PublicKeyCredential).toJSON();
}

/** TypeScript's own types lack it. */
type Signals = { signalUnknownCredential?(what: { rpId: string; credentialId: string }): Promise<void> };

/** Has the device forget a passkey that Gatehouse has refused. */
export async function forget({ publicKey }: Options<'CreationOptions'>, { id }: Record<string, unknown>): Promise<void> {
  await (PublicKeyCredential as Signals).signalUnknownCredential?.({ rpId: publicKey.rp.id, credentialId: id as string });
}
