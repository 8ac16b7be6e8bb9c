// The scripts' one voice.

export const log = (line) => console.log(`gatehouse: ${line}`);

/** Ends the script with one sentence that says what to do. */
export function stop(sentence) {
  console.error(`gatehouse: ${sentence}`);
  process.exit(1);
}
