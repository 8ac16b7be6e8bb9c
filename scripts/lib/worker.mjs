// The Worker that the scripts start and deploy: a checkout compiles it, the npm package has it.

import { isCheckout } from './paths.mjs';
import { requireRust } from './prerequisites.mjs';

export function requireBuilder() {
  if (isCheckout) requireRust();
}

/** The npm packages are needed only at the end, so a promise of them will do. */
export async function buildWorker(packages) {
  if (!isCheckout) return;
  const { buildWasm } = await import('./wasm.mjs');
  await buildWasm(packages);
}
