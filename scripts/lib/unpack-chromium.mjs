// Unpacks the Chromium that @sparticuz/chromium carries, its libraries and its fonts, into $TMPDIR.

import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { inflate } from '@sparticuz/chromium';

const archives = path.join(fileURLToPath(import.meta.resolve('@sparticuz/chromium')), '..', '..', 'bin');
for (const archive of ['chromium.br', 'al2023.tar.br', 'fonts.tar.br', 'swiftshader.tar.br']) await inflate(path.join(archives, archive));
