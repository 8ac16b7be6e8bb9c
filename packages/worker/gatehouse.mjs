#!/usr/bin/env node
// `gatehouse COMMAND`: the commands of a project made by `npm create gatehouse`, which its package.json names.

const COMMANDS = ['start', 'deploy', 'admin'];

const [command] = process.argv.splice(2, 1);
if (!COMMANDS.includes(command)) {
  console.error(`Usage: gatehouse ${COMMANDS.join('|')} …`);
  process.exit(1);
}
const { readToml } = await import('./scripts/lib/wrangler-toml.mjs');
readToml(); // it ends here if this folder is no project
await import(`./scripts/${command}.mjs`);
