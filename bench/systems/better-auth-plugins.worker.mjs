// A Worker of its own, so that the plugins' code neither starts with the other nor lies in its memory.

import { betterAuth } from 'better-auth';
import { options } from './better-auth.options.mjs';
import { plugins } from './better-auth.plugins.mjs';

const auth = betterAuth({ ...options, plugins });

export default { fetch: (request) => auth.handler(request) };
