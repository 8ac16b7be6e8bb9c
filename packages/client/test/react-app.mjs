// An application of one component.

import { createClient } from '@gatehouse/client';
import { useSession } from '@gatehouse/client/react';
import { StrictMode, createElement, useEffect, useState } from 'react';
import { createRoot, hydrateRoot } from 'react-dom/client';

const worded = (session) => (session.status === 'signed_in' ? `${session.status} ${session.user.id}` : session.status);

/** A component that says who is signed in. */
export const appOf = (client) =>
  function App() {
    const said = worded(useSession(client));
    useEffect(() => {
      if (globalThis.shown?.at(-1) !== said) globalThis.shown?.push(said);
    }, [said]);
    return createElement('p', null, said);
  };

export function hydrate(options) {
  globalThis.shown = [];
  globalThis.client = createClient(options);
  hydrateRoot(document.querySelector('#root'), createElement(StrictMode, null, createElement(appOf(client))));
}

/** Its component makes its client, and disposes of it. */
export function own(options) {
  function Owner() {
    const [mine] = useState(() => (globalThis.client = createClient(options)));
    useEffect(() => () => mine.dispose(), [mine]);
    return createElement('p', null, worded(useSession(mine)));
  }
  createRoot(document.querySelector('#root')).render(createElement(StrictMode, null, createElement(Owner)));
}
