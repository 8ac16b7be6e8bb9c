// The page: Gatehouse signs the user in, and the API has their notes.

import { useSession } from '@gatehouse/client/react';
import { useEffect, useState } from 'react';
import { createRoot } from 'react-dom/client';
import { auth } from './auth.js';

function App({ problem }) {
  const session = useSession(auth);
  if (session.status === 'pending') return null;
  if (session.status === 'signed_in') return <Notes />;
  return (
    <main>
      <h1>Notes</h1>
      {problem && <p role="alert">The sign-in did not work ({problem.message}). Please try again.</p>}
      <p>Sign in to read and write your notes.</p>
      <button onClick={() => auth.signInWithRedirect()}>Sign in</button>
    </main>
  );
}

function Notes() {
  const [login, setLogin] = useState('');
  const [notes, setNotes] = useState([]);
  useEffect(() => {
    auth.me().then(({ login }) => setLogin(login));
    ask().then(setNotes);
  }, []);

  const add = async (event) => {
    event.preventDefault();
    const form = event.target;
    setNotes(await ask({ method: 'POST', body: JSON.stringify({ text: new FormData(form).get('text') }) }));
    form.reset();
  };
  return (
    <main>
      <header>
        <h1>Notes of {login}</h1>
        <button onClick={() => auth.signOut()}>Sign out</button>
      </header>
      <ul>{notes.map((text, number) => <li key={number}>{text}</li>)}</ul>
      <form onSubmit={add}>
        <label htmlFor="text">New note</label>
        <input id="text" name="text" maxLength="200" required autoComplete="off" />
        <button>Add</button>
      </form>
    </main>
  );
}

/** Asks the API. The client sends the token along, and renews it when it is time. */
async function ask(request) {
  const answer = await auth.fetch('/api/notes', request);
  if (!answer.ok) throw new Error(`The API answered ${answer.status}`);
  return answer.json();
}

const problem = await auth.finishRedirect().then(() => null, (error) => error);
createRoot(document.querySelector('#app')).render(<App problem={problem} />);
