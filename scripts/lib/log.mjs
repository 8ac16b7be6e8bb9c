// All output of the scripts.

export const log = (line) => console.log(`gatehouse: ${line}`);

/** Ends the script with one sentence that tells the user what to do. */
export function stop(sentence) {
  console.error(`gatehouse: ${sentence}`);
  process.exit(1);
}
