// A passkey in software (WebAuthn L3): it is made and signs as a browser would have it, with a key of P-256.

import { createHash, createSign, generateKeyPairSync, randomBytes } from 'node:crypto';

const sha256 = (bytes) => createHash('sha256').update(bytes).digest();
const spelled = (bytes) => Buffer.from(bytes).toString('base64url');

/** User present, user verified, eligible for backup, backed up. */
const FLAGS = 0x01 | 0x04 | 0x08 | 0x10;
const ATTESTED = 0x40;

/** A passkey of one user on pages of one origin. */
export class Passkey {
  #keys = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  #id = randomBytes(32);
  #user;

  constructor(origin) {
    this.origin = origin;
  }

  get id() {
    return spelled(this.#id);
  }

  /** `navigator.credentials.create()`, as `toJSON()` spells its result. */
  create({ publicKey }) {
    this.#user = publicKey.user.id;
    const data = Buffer.concat([this.#data(publicKey.rp.id, FLAGS | ATTESTED), Buffer.alloc(16), Buffer.from([0, 32]), this.#id, this.#cose()]);
    const head = Buffer.concat([text('fmt'), text('none'), text('attStmt'), Buffer.from([0xa0]), text('authData'), Buffer.from([0x58, data.length])]);
    const attestationObject = spelled(Buffer.concat([Buffer.from([0xa3]), head, data]));
    return this.#credential({ clientDataJSON: spelled(this.#said('webauthn.create', publicKey)), attestationObject, transports: ['internal'] });
  }

  /** `navigator.credentials.get()`. */
  get({ publicKey }) {
    const [data, said] = [this.#data(publicKey.rpId, FLAGS), this.#said('webauthn.get', publicKey)];
    const signature = createSign('sha256').update(data).update(sha256(said)).sign(this.#keys.privateKey);
    const response = { clientDataJSON: spelled(said), authenticatorData: spelled(data), signature: spelled(signature), userHandle: this.#user };
    return this.#credential(response);
  }

  #credential(response) {
    return { id: this.id, rawId: this.id, type: 'public-key', clientExtensionResults: {}, response };
  }

  #said(type, { challenge }) {
    return Buffer.from(JSON.stringify({ type, challenge, origin: this.origin, crossOrigin: false }));
  }

  #data(rpId, flags) {
    return Buffer.concat([sha256(rpId), Buffer.from([flags, 0, 0, 0, 0])]);
  }

  /** kty 2, alg -7, crv 1, x, y. */
  #cose() {
    const { x, y } = this.#keys.publicKey.export({ format: 'jwk' });
    const bytes = (label, value) => [Buffer.from([label, 0x58, 0x20]), Buffer.from(value, 'base64url')];
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
