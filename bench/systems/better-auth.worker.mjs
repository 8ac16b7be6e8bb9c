import { betterAuth } from 'better-auth';
import { options } from './better-auth.options.mjs';

const auth = betterAuth(options);

export default { fetch: (request) => auth.handler(request) };
