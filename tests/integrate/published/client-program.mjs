// A user's program: it signs in with `URL LOGIN PASSWORD`, lets its token grow old, and signs out.

import { createClient, isError } from '@gatehouse/client';

const [, , url, login, password] = process.argv;
const client = createClient({ url });

await client.signIn({ login, password: `not ${password}` }).catch((error) => {
  if (!isError(error, 'invalid_credentials')) throw error;
  console.log(`refused: ${error.error}`);
});
await client.signIn({ login, password });
console.log(`signed in: ${(await client.me()).login}`);

const first = await client.getToken();
const { now } = Date;
Date.now = () => now() + 850_000; // of the 900 seconds that a token lasts
const [second, same] = await Promise.all([client.getToken(), client.getToken()]);
if (second === first || second !== same) throw new Error('the token is not renewed once');
Date.now = now;
console.log(`renewed: ${(await client.me()).login}`);

await client.signOut();
console.log(`signed out: ${await client.getToken()}`);
client.dispose();
