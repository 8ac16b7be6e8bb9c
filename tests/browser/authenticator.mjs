// Authenticators before a real browser: virtual ones (WebAuthn L3 §11), which Chromium offers over its DevTools protocol.

import { once } from 'node:events';
import { devtoolsOf, press, tabTo } from './browser.mjs';

/** One in a phone or computer, which verifies its user and keeps passkeys. */
export const PHONE = { protocol: 'ctap2', ctap2Version: 'ctap2_1', transport: 'internal', hasResidentKey: true, hasUserVerification: true };

/** Two to plug in, which know a touch and nothing else: one of today, and one of before WebAuthn. */
export const KEYS = {
  'a security key': { protocol: 'ctap2', transport: 'usb', hasResidentKey: false, hasUserVerification: false },
  'a security key of before WebAuthn': { protocol: 'u2f', transport: 'usb', hasResidentKey: false, hasUserVerification: false },
};

/**
 * Chromium creates a passkey without asking only through its own password manager, which a test cannot fill. So this plays its
 * part: it decides, and lets the virtual authenticator create the passkey.
 */
export const MANAGER = () => {
  const { create } = CredentialsContainer.prototype;
  CredentialsContainer.prototype.create = function ({ mediation, ...options }) {
    if (mediation !== 'conditional') throw new Error('the page asks for a touch');
    return create.call(this, options);
  };
};

/** Puts an authenticator before the browser of a page. Nobody is at it: what it is asked stays without an answer. */
export async function authenticator(page, options = PHONE, { synced = options === PHONE } = {}) {
  const session = await devtoolsOf(page);
  await session.send('WebAuthn.enable');
  const backup = { defaultBackupEligibility: synced, defaultBackupState: synced };
  const made = { ...options, isUserVerified: options.hasUserVerification, automaticPresenceSimulation: false, ...backup };
  const { authenticatorId } = await session.send('WebAuthn.addVirtualAuthenticator', { options: made });
  return new Authenticator(page, session, authenticatorId);
}

const ANSWERED = ['WebAuthn.credentialAdded', 'WebAuthn.credentialAsserted'];

class Authenticator {
  constructor(page, session, authenticatorId) {
    Object.assign(this, { page, session, authenticatorId });
  }

  send(command, more) {
    return this.session.send(`WebAuthn.${command}`, { authenticatorId: this.authenticatorId, ...more });
  }

  /** The next event of this kind: `credentialAdded`, `credentialAsserted`, `credentialDeleted`. */
  async next(kind) {
    for (;;) {
      const [event] = await once(this.session, `WebAuthn.${kind}`);
      if (event.authenticatorId === this.authenticatorId) return event;
    }
  }

  /** Somebody is at it while `act` lasts, or until it has answered once. */
  async touched(act) {
    const away = () => this.send('setAutomaticPresenceSimulation', { enabled: false });
    await this.send('setAutomaticPresenceSimulation', { enabled: true });
    for (const answered of ANSWERED) this.session.once(answered, away);
    try {
      return await act();
    } finally {
      for (const answered of ANSWERED) this.session.off(answered, away);
      await away();
    }
  }

  /** Presses a button of the page by keyboard, answers, and waits for the next page. */
  async press(button) {
    await tabTo(this.page, 'button', button); // suggestions, which have been asked for by now, stay without an answer
    await this.touched(() => press(this.page, 'button', button));
  }

  /** Presses a button whose answer stays on the page, which says this. */
  async pressInVain(button, says) {
    await tabTo(this.page, 'button', button);
    await this.touched(async () => {
      await this.page.keyboard.press('Enter');
      await this.page.getByRole('status').filter({ hasText: says }).waitFor();
    });
  }

  /** Whether it knows its user from now on. */
  verifies(isUserVerified) {
    return this.send('setUserVerified', { isUserVerified });
  }

  /** What is wrong with its answers from now on: `isBogusSignature`, `isBadUV`, `isBadUP`. */
  lies(bits = {}) {
    return this.send('setResponseOverrideBits', bits);
  }

  /** The keys that it holds. */
  async keys() {
    return (await this.send('getCredentials')).credentials;
  }
}

/** Adds a passkey on the page of a signed-in visitor. */
export async function addPasskey(page, phone) {
  await page.goto('/account/security/passkeys');
  await phone.press('Add a passkey');
}
