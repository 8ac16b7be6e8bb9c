// Signs the user in at Gatehouse, and asks the service with their token.

import { createClient } from './gatehouse/index.js';

const at = (id) => document.getElementById(id);
const { url } = await (await fetch('/api/config')).json();
const auth = createClient({ url, storage: 'local' });

at('sign-in').onclick = () => auth.signInWithRedirect();
at('sign-out').onclick = () => auth.signOut();
at('new').onsubmit = async (event) => {
  event.preventDefault();
  const body = JSON.stringify({ text: at('text').value });
  show(await auth.fetch('/api/notes', { method: 'POST', headers: { 'Content-Type': 'application/json' }, body }));
  event.target.reset();
};

const problem = await auth.finishRedirect().then(() => '', (error) => `The sign-in did not work (${error.message}). Please try again.`);
auth.subscribe(update);
await update();

async function update() {
  const { status } = auth.snapshot();
  at('signed-out').hidden = status !== 'signed_out';
  at('signed-in').hidden = status !== 'signed_in';
  at('status').textContent = status === 'signed_in' ? `Signed in as ${(await auth.me()).login}.` : problem;
  if (status === 'signed_in') show(await auth.fetch('/api/notes'));
}

async function show(answer) {
  const items = (await answer.json()).map((text) => Object.assign(document.createElement('li'), { textContent: text }));
  at('notes').replaceChildren(...items);
}
