// The other tabs of the same origin.

import type { Pair } from './pair.js';

/** What tabs tell each other: their pair, the id of a session that has ended, or a question for the pair. */
export type Message = { pair: Pair } | { ended: string } | { ask: true };

/** How long a tab waits for the others to answer, in milliseconds. */
const WAIT = 100;

export class Tabs {
  #channel: BroadcastChannel | undefined;
  #heard: (() => void) | undefined;

  constructor(readonly name: string, readonly hear: (message: Message) => void) {}

  open(): void {
    // Node has channels too, which would reach other threads: other users' requests, on a server.
    if (this.#channel || !globalThis.location || !globalThis.BroadcastChannel) return;
    this.#channel = new BroadcastChannel(this.name);
    this.#channel.onmessage = ({ data }: MessageEvent<Message>) => this.hear(data);
  }

  close(): void {
    this.#channel?.close();
    this.#channel = undefined;
  }

  tell(message: Message): void {
    this.#channel?.postMessage(message);
  }

  /** Asks for the others' pairs, and waits until `hear` calls `answered`, at most for a moment. */
  async ask(): Promise<void> {
    if (!this.#channel) return;
    await new Promise<void>((resolve) => {
      this.#heard = resolve;
      setTimeout(resolve, WAIT);
      this.tell({ ask: true });
    });
  }

  answered(): void {
    this.#heard?.();
  }
}
