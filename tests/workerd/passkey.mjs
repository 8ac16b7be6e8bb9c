// A passkey in software (WebAuthn L3): it is made and signs as a browser would have it, with a key of P-256 or Ed25519.

import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, randomBytes, sign } from 'node:crypto';

const sha256 = (bytes) => createHash('sha256').update(bytes).digest();
const spelled = (bytes) => Buffer.from(bytes).toString('base64url');

/** A private key of P-256. */
export const newKey = () => generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;

/** One of Ed25519, which few authenticators have. */
export const newEdwardsKey = () => generateKeyPairSync('ed25519').privateKey;

export const USER_PRESENT = 0x01;
export const USER_VERIFIED = 0x04;
const BACKED_UP = 0x08 | 0x10;
const ATTESTED = 0x40;

/** A passkey of one user on pages of one origin. Its fields are what a test changes between ceremonies. */
export class Passkey {
  #key;
  #id = randomBytes(32);
  #user;

  flags = USER_PRESENT | USER_VERIFIED | BACKED_UP;
  /** Grows by one with each answer; 0 stays 0. */
  count = 0;
  /** The RP ID that is signed for; by default that of the options. */
  rpId;
  /** Makes signatures of another message. */
  signsWrongly = false;

  constructor(origin, key = newKey()) {
    this.origin = origin;
    this.#key = key;
  }

  /** As JSON, private key included, for another process. */
  saved() {
    return { origin: this.origin, id: this.id, user: this.#user, key: this.#key.export({ format: 'jwk' }) };
  }

  static from({ origin, id, user, key }) {
    const passkey = new Passkey(origin, createPrivateKey({ key, format: 'jwk' }));
    passkey.#id = Buffer.from(id, 'base64url');
    passkey.#user = user;
    return passkey;
  }

  get id() {
    return spelled(this.#id);
  }

  /** As the service stores it. */
  get publicKey() {
    return spelled(this.#cose());
  }

  /** `navigator.credentials.create()`, as `toJSON()` spells its result. */
  create({ publicKey }) {
    this.#user = publicKey.user.id;
    const data = Buffer.concat([this.#data(publicKey.rp.id, ATTESTED), Buffer.alloc(16), Buffer.from([0, 32]), this.#id, this.#cose()]);
    const head = Buffer.concat([text('fmt'), text('none'), text('attStmt'), Buffer.from([0xa0]), text('authData'), Buffer.from([0x58, data.length])]);
    const attestationObject = spelled(Buffer.concat([Buffer.from([0xa3]), head, data]));
    return this.#credential({ clientDataJSON: spelled(this.#said('webauthn.create', publicKey)), attestationObject, transports: ['internal'] });
  }

  /** `navigator.credentials.get()`. */
  get({ publicKey }) {
    const [data, said] = [this.#data(publicKey.rpId), this.#said('webauthn.get', publicKey)];
    const signed = Buffer.concat([data, sha256(said), Buffer.from(this.signsWrongly ? 'more' : '')]);
    const signature = sign(this.#isEdwards ? null : 'sha256', signed, this.#key);
    const response = { clientDataJSON: spelled(said), authenticatorData: spelled(data), signature: spelled(signature), userHandle: this.#user };
    return this.#credential(response);
  }

  #credential(response) {
    return { id: this.id, rawId: this.id, type: 'public-key', clientExtensionResults: {}, response };
  }

  #said(type, { challenge }) {
    return Buffer.from(JSON.stringify({ type, challenge, origin: this.origin, crossOrigin: false }));
  }

  #data(rpId, more = 0) {
    if (this.count > 0) this.count++;
    return Buffer.concat([sha256(this.rpId ?? rpId), Buffer.from([this.flags | more, 0, 0, 0, this.count])]);
  }

  get #isEdwards() {
    return this.#key.asymmetricKeyType === 'ed25519';
  }

  /** kty 2, alg -7, crv 1, x, y; or kty 1, alg -8, crv 6, x. */
  #cose() {
    const { x, y } = createPublicKey(this.#key).export({ format: 'jwk' });
    const bytes = (label, value) => [Buffer.from([label, 0x58, 0x20]), Buffer.from(value, 'base64url')];
    if (this.#isEdwards) return Buffer.concat([Buffer.from([0xa4, 0x01, 0x01, 0x03, 0x27, 0x20, 0x06]), ...bytes(0x21, x)]);
    return Buffer.concat([Buffer.from([0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01]), ...bytes(0x21, x), ...bytes(0x22, y)]);
  }
}

/** A text of CBOR with at most 23 bytes. */
const text = (value) => Buffer.concat([Buffer.from([0x60 | value.length]), Buffer.from(value)]);

/** The options in a page's form with this action. */
export function optionsOn(page, action) {
  const form = page.text.split('<form ').find((form) => form.includes(`action="${action}"`));
  return JSON.parse(form.match(/data-options="([^"]*)"/)[1].replaceAll('&quot;', '"').replaceAll('&amp;', '&'));
}
