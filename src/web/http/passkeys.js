// What passkeys need a script for. Forms with `data-passkey` are hidden until this shows those with a button. It asks an authenticator for what
// `data-options` says, adds the answer as the field `credential`, and sends the form like any other.
{
  const RENEW = 4 * 60_000; // a challenge expires after five minutes
  const HELD = 1_000; // what fails sooner than this would fail at once again

  const unseen = 'form[data-passkey=conditional]';
  const forms = [...document.querySelectorAll(`form[data-passkey]:not(${unseen})`)];
  const born = new Map(forms.map((form) => [form, Date.now()]));

  /** The browser carries out one ceremony at a time, whether a button or autofill began it: a new one ends the one before. */
  let current;
  function begin() {
    current?.abort();
    current = new AbortController();
    return current.signal;
  }

  /** Fetches newer options, and the fields that bind the form to this browser, before a challenge expires. */
  async function renew(form) {
    const { renew } = form.dataset;
    if (!renew || Date.now() - born.get(form) < RENEW) return;
    const response = await fetch(renew, { headers: { Accept: 'text/html' } });
    const page = new DOMParser().parseFromString(await response.text(), 'text/html');
    const is = (other) =>
      other.getAttribute('action') === form.getAttribute('action') && other.elements.kind?.value === form.elements.kind?.value;
    const newer = [...page.querySelectorAll('form[data-passkey]')].find(is);
    if (!newer) {
      location.assign(renew); // signed in or out meanwhile
      throw new DOMException('', 'AbortError');
    }
    form.dataset.options = newer.dataset.options;
    for (const name of ['seal', 'page']) form.elements[name].value = newer.elements[name].value;
    born.set(form, Date.now());
  }

  async function ask(form, mediation) {
    const signal = begin();
    await renew(form);
    signal.throwIfAborted();
    const { publicKey } = JSON.parse(form.dataset.options);
    const create = () =>
      navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(publicKey), signal });
    const get = () =>
      navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(publicKey), mediation, signal });
    const credential = await (form.dataset.passkey === 'create' ? create() : get());
    signal.throwIfAborted();
    const answer = form.elements.credential ?? document.createElement('input');
    Object.assign(answer, { type: 'hidden', name: 'credential', value: JSON.stringify(credential) });
    form.append(answer);
    form.requestSubmit();
  }

  /**
   * Offers passkeys among the suggestions for the username: with a new challenge before the old one expires, and again after a
   * failure.
   */
  let again;
  let pressed = false; // then the suggestions would end what the button has begun
  async function autofill() {
    clearTimeout(again);
    const form = forms.find((form) => form.dataset.passkey === 'autofill');
    if (!form || !(await PublicKeyCredential.isConditionalMediationAvailable?.()) || pressed) return;
    again = setTimeout(autofill, RENEW);
    const began = Date.now();
    try {
      await ask(form, 'conditional');
    } catch (error) {
      if (error.name !== 'AbortError' && Date.now() - began > HELD) autofill();
    }
  }

  function say(form, text) {
    let told = form.querySelector('[role=status]');
    if (!told) {
      told = document.createElement('p');
      told.className = 'hint';
      told.setAttribute('role', 'status');
      form.append(told);
    }
    told.textContent = text;
  }

  async function press(form) {
    if (!form.reportValidity()) return; // before a passkey is made in vain
    clearTimeout(again);
    pressed = true;
    say(form, '');
    try {
      await ask(form, 'optional');
    } catch (error) {
      if (error.name === 'AbortError') return; // by the next press
      pressed = false;
      say(form, error.name === 'InvalidStateError' ? form.dataset.held : form.dataset.failed);
      autofill();
    }
  }

  /**
   * After a sign-in with a password that it has filled in, a password manager may create a passkey without asking. What the service
   * then refuses, it may forget.
   */
  async function upgrade(form) {
    if (!(await PublicKeyCredential.getClientCapabilities?.())?.conditionalCreate) return;
    const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(JSON.parse(form.dataset.options).publicKey);
    const credential = await navigator.credentials.create({ publicKey, mediation: 'conditional' });
    const fields = [...new FormData(form), ['credential', JSON.stringify(credential)]];
    const answer = await fetch(form.action, { method: 'POST', body: new URLSearchParams(fields), redirect: 'manual' });
    if (answer.type === 'opaqueredirect') return; // the next page says that it has been added
    if (answer.status < 500) signal('signalUnknownCredential', { rpId: publicKey.rp.id, credentialId: credential.id });
  }

  /** Authenticators may forget keys that the service does not know. A failure changes nothing. */
  function signal(name, what) {
    Promise.resolve(PublicKeyCredential[name]?.(what)).catch(() => {});
  }

  if (window.PublicKeyCredential?.parseRequestOptionsFromJSON) {
    for (const hint of document.querySelectorAll('[data-without-passkeys]')) hint.hidden = true;
    for (const form of forms) {
      form.hidden = false;
      form.querySelector('button').addEventListener('click', () => press(form));
      if (form.dataset.unknown) {
        const { rpId } = JSON.parse(form.dataset.options).publicKey;
        signal('signalUnknownCredential', { rpId, credentialId: form.dataset.unknown });
      }
    }
    const offer = document.querySelector(unseen);
    if (offer) upgrade(offer).catch(() => {});
    const accepted = document.querySelector('[data-accepted-passkeys]');
    if (accepted) signal('signalAllAcceptedCredentials', JSON.parse(accepted.dataset.acceptedPasskeys));
    addEventListener('pageshow', (event) => {
      // A page from the history may have a challenge that has been used.
      if (event.persisted) for (const form of forms) born.set(form, 0);
      pressed = false;
      autofill().catch(() => {});
    });
  }
}
