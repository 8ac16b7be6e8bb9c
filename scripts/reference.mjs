// `npm run reference`: writes docs/reference.html, a page about every operation of docs/openapi.json.

import { writeFile } from 'node:fs/promises';
import { log } from './lib/log.mjs';
import { installPackages } from './lib/packages.mjs';
import { requireNode } from './lib/prerequisites.mjs';

requireNode();
await installPackages();
const { FILE, reference } = await import('./reference/file.mjs'); // it needs the packages
const { present, due } = await reference();
if (present !== due) await writeFile(FILE, due);
log('docs/reference.html matches docs/openapi.json.');
