// `npm start`: a local Gatehouse. Flags are wrangler dev's and are passed on to it.

import util from 'node:util';
import { serveGatehouse } from './lib/gatehouse.mjs';
import { stateIn } from './lib/local.mjs';
import { stop, log } from './lib/log.mjs';
import { requireNode } from './lib/prerequisites.mjs';
import { refuseSwallowed } from './lib/swallowed.mjs';

requireNode();
refuseSwallowed('npm start', { valued: ['ip', 'port', 'persist-to', 'local-protocol', 'var', 'env'] });
const flags = process.argv.slice(2);
const { ip, port, protocol, state } = understand(flags);
const { atHome, served } = await serveGatehouse({ ip, port, protocol, state, flags });
log(`Serving ${served}`);
if (atHome) log(`Emails appear at ${served}/dev/mail; Ctrl-C stops the service.`);
else log(`Emails are shown only to this machine, and without https browsers keep sessions only for localhost: --ip 0.0.0.0 also serves ${protocol}://localhost:${port}. Ctrl-C stops the service.`);

/** The flags that this script uses too, with our defaults. */
function understand(flags) {
  const string = { type: 'string' };
  const options = { ip: string, port: string, 'persist-to': string, 'local-protocol': string };
  const { values } = util.parseArgs({ args: flags, strict: false, options });
  const port = Number(values.port ?? 8787);
  if (!(Number.isInteger(port) && port > 0 && port < 65536)) stop('--port must be a number from 1 to 65535.');
  const protocol = values['local-protocol'] ?? 'http';
  if (!['http', 'https'].includes(protocol)) stop('--local-protocol must be http or https.');
  return { ip: values.ip ?? '127.0.0.1', port, protocol, state: stateIn(values['persist-to']) };
}
