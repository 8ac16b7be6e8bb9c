// Builds the package into `dist`: types of the API from docs/openapi.json, then TypeScript.

import { execFileSync } from 'node:child_process';
import { copyFile, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import openapi, { astToString } from 'openapi-typescript';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const compiler = createRequire(import.meta.url).resolve('typescript/bin/tsc');

const document = JSON.parse(await readFile(here('../../../docs/openapi.json'), 'utf8'));
const types = astToString(await openapi(onlyOurs(document), { emptyObjectsUnknown: true }));
await writeFile(here('../src/openapi.ts'), `// Made by scripts/build.mjs from docs/openapi.json.\n\n${types}`);
await copyFile(here('../../../LICENSE'), here('../LICENSE'));
await rm(here('../dist'), { recursive: true, force: true });
execFileSync(process.execPath, [compiler, '--project', here('../tsconfig.json')], { stdio: 'inherit' });

/** The routes of this package, without the answers that refuse, and the components that they refer to. */
function onlyOurs({ paths, components, ...rest }) {
  const ours = structuredClone(Object.fromEntries(Object.entries(paths).filter(([path]) => path.startsWith('/api/auth/'))));
  for (const { responses } of Object.values(ours).flatMap(Object.values)) {
    for (const status of Object.keys(responses ?? {})) if (status >= '400') delete responses[status];
  }
  const kept = {};
  const keep = (part) => {
    for (const [, kind, name] of JSON.stringify(part).matchAll(/"#\/components\/(\w+)\/(\w[\w-]*)"/g)) {
      if (kept[kind]?.[name]) continue;
      (kept[kind] ??= {})[name] = components[kind][name];
      keep(components[kind][name]);
    }
  };
  keep([ours, { $ref: '#/components/schemas/Error' }]); // what every refusal is
  return { ...rest, paths: ours, components: { ...kept, securitySchemes: components.securitySchemes } };
}
