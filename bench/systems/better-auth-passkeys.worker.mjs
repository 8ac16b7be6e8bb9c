// A Worker of its own, so that the plugin's code neither starts with the other nor lies in its memory.

import { passkey } from '@better-auth/passkey';
import { betterAuth } from 'better-auth';
import { options } from './better-auth.options.mjs';

const auth = betterAuth({ ...options, plugins: [passkey()] });

export default { fetch: (request) => auth.handler(request) };
