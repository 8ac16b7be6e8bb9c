// What makes pages nicer. Each of them works without.

const words = document.body.dataset;

const button = (text, act) => {
  const button = document.createElement('button');
  Object.assign(button, { type: 'button', textContent: text, onclick: act });
  return button;
};

/** Moments are written in UTC; whoever reads them lives somewhere. */
function localise(within) {
  const format = new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: 'medium', timeStyle: 'short' });
  for (const time of within.querySelectorAll('time[datetime]')) {
    time.title = time.dateTime;
    time.textContent = format.format(new Date(time.dateTime));
  }
}

/**
 * The second click of a double one, or a second Enter, comes while the first is on its way, and would break it off. Another
 * button of the same form is another request. Who comes back to the page, or has waited for nothing, may send it again.
 */
let sent;
document.addEventListener('submit', (event) => {
  const [form, button] = [event.target, event.submitter];
  if (sent?.form === form && sent.button === button) return event.preventDefault();
  sent?.forget();
  const mine = { form, button, forget: () => form.removeAttribute('aria-busy') };
  form.setAttribute('aria-busy', 'true');
  sent = mine;
  setTimeout(() => sent === mine && forgetSent(), 10_000); // as long as the service recognises a submitted form
});
addEventListener('pageshow', forgetSent); // as it was left

function forgetSent() {
  sent?.forget();
  sent = undefined;
}

for (const input of document.querySelectorAll('input[type=password]')) {
  const around = document.createElement('div');
  around.className = 'shown';
  input.replaceWith(around);
  const show = button('', () => tell(input.type === 'password'));
  const tell = (open) => {
    input.type = open ? 'text' : 'password';
    show.textContent = open ? words.hide : words.show;
    show.setAttribute('aria-label', `${show.textContent}: ${input.labels[0]?.textContent}`);
  };
  around.append(input, show);
  tell(false); // outside the page an input has no label
  // A password manager and the browser's history must never take it for a line of text.
  input.form?.addEventListener('submit', () => tell(false));
  if (input.autofocus) input.focus();
}

for (const input of document.querySelectorAll('input[data-enough]')) {
  const { short, enough, long } = input.dataset;
  const hint = document.createElement('p');
  hint.className = 'hint';
  hint.setAttribute('role', 'status');
  (input.closest('.shown') ?? input).after(hint);
  input.addEventListener('input', () => {
    const length = [...input.value].length;
    const told = length < input.minLength ? short : length < 2 * input.minLength ? enough : long;
    hint.textContent = length ? told : '';
  });
}

document.querySelector('form[data-submit]')?.requestSubmit();

for (const value of document.querySelectorAll('[data-copy]')) {
  const copy = button(value.dataset.copy, async () => {
    try {
      await navigator.clipboard.writeText(value.textContent);
      copy.textContent = words.copied;
    } catch {
      getSelection().selectAllChildren(value); // forbidden: then by hand
    }
  });
  copy.className = 'second small';
  value.after(copy);
}

/**
 * A list that changes elsewhere is looked at again while somebody is there to see it, but not while they are acting on it. Who
 * has gone away is idle, and their session may end for that.
 */
const live = document.querySelector('[data-live]');
if (live) {
  let active = Date.now();
  for (const sign of ['pointermove', 'keydown', 'scroll']) addEventListener(sign, () => (active = Date.now()), { passive: true });
  const renew = async () => {
    if (document.hidden || Date.now() - active > 60_000 || live.contains(document.activeElement)) return;
    const response = await fetch(location.href, { headers: { Accept: 'text/html' } });
    if (response.redirected || !response.ok) return location.reload();
    const fresh = new DOMParser().parseFromString(await response.text(), 'text/html').querySelector('[data-live]');
    if (!fresh) return;
    localise(fresh);
    live.replaceChildren(...fresh.childNodes);
  };
  const look = () => renew().catch(() => {}); // offline: later
  document.addEventListener('visibilitychange', () => {
    active = Date.now();
    look();
  });
  setInterval(look, 10_000);
}

localise(document);
