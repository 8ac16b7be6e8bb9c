// Questions to the person who deploys. Without a terminal there are none, and every answer is a flag or a variable.

import readline from 'node:readline';
import { Writable } from 'node:stream';
import { stop } from '../lib/log.mjs';

export const isInteractive = Boolean(process.stdin.isTTY && process.stdout.isTTY && !process.env.CI);

let reader;
let lines;
let isOver = false;
let hidden = false;

/** Readline echoes here what is typed. */
const output = new Writable({
  write(text, _, done) {
    if (!hidden) process.stdout.write(text);
    done();
  },
});

/** Asks until `wrong` finds nothing: it returns what is wrong with an answer. A `secret` one is not shown. */
export async function ask(question, { preset = '', wrong = () => undefined, secret = false } = {}) {
  for (;;) {
    const answer = (await typed(`${question}${preset ? ` [${preset}]` : ''}: `, secret)) || preset;
    const problem = wrong(answer);
    if (!problem) return answer;
    console.log(`  ${problem}`);
  }
}

export async function confirm(question, preset) {
  const wrong = (answer) => (/^(y|yes|n|no)$/i.test(answer) ? undefined : 'Type y or n.');
  return /^y/i.test(await ask(`${question} (y or n)`, { preset, wrong }));
}

/** Shows what the person must keep, and waits until they say so. */
export async function keep(shown, reason) {
  console.log(`\n${shown}\n\n${reason}`);
  await ask('Type "kept" when you have', { wrong: (answer) => (answer === 'kept' ? undefined : 'Nothing is deployed before you have kept it.') });
}

async function typed(question, secret) {
  if (!reader) begin();
  if (isOver) process.stdout.write(question);
  else show(question);
  hidden = secret;
  const { value, done } = await lines.next();
  if (secret) process.stdout.write('\n');
  hidden = false;
  if (done) stop('The input has ended. Run this again: it goes on where it stopped.');
  return value.trim();
}

/** As readline's prompt, which it writes again when a person corrects what they type. */
function show(question) {
  reader.setPrompt(question);
  reader.prompt();
}

/** The lines of a pipe come at once, and then it ends: those that are not asked for yet wait. */
function begin() {
  reader = readline.createInterface({ input: process.stdin, output, terminal: Boolean(process.stdin.setRawMode) });
  reader.on('close', () => (isOver = true));
  reader.on('SIGINT', () => stop('Interrupted. Run this again: it goes on where it stopped.'));
  lines = reader[Symbol.asyncIterator]();
}

/** Leaves the terminal to wrangler, which may have questions of its own. */
export function endQuestions() {
  reader?.close();
  process.stdin.unref?.();
}
