// The last line is the folder of a Python environment with the packages that a file pins: `.ci/venv`.

import { venv } from './lib/venv.mjs';

console.log(await venv(process.argv[2]));
