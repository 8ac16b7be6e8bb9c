// docs/reference.html: as it is, and as it should be.

import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { inRoot } from '../lib/paths.mjs';
import { document } from './document.mjs';
import { page } from './page.mjs';

export const FILE = inRoot('docs', 'reference.html');

export async function reference() {
  const sources = ['scripts/reference/style.css', 'src/web/http/page.css'];
  const [style, pages] = await Promise.all(sources.map((file) => readFile(inRoot(file), 'utf8')));
  const present = existsSync(FILE) ? await readFile(FILE, 'utf8') : undefined;
  return { present, due: page(document, [...coloursOf(pages), style].join('\n')) };
}

/** The colours of the service's own pages, in light and in dark. */
function coloursOf(pages) {
  const [light, dark] = pages.match(/:root \{[^}]*\}/g);
  return [light, `@media (prefers-color-scheme: dark) { ${dark} }`];
}
