// One client for the whole application.

import { createClient } from '@gatehouse/client';

const { url } = await (await fetch('/api/config')).json();

/** The user stays signed in when the page is reloaded. Without `storage` the tokens would be in memory only. */
export const auth = createClient({ url, storage: 'local' });
