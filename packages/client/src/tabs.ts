// The other tabs of the same origin.

import type { Pair } from './pair.js';

/** What tabs tell each other: their pair, the id of a session that has ended, or a question for the pair. */
export type Message = { pair: Pair } | { ended: string } | { ask: true };

/** How long a tab waits for the others to answer, in milliseconds. */
const WAIT = 100;

export class Tabs {
  #channel: BroadcastChannel | undefined;
  #heard: (() => void) | undefined;
  #listening = false;

  constructor(readonly name: string, readonly hear: (message: Message) => void) {}

  open(): void {
    this.#listening = true;
    this.#connect();
  }

  close(): void {
    this.#listening = false;
    this.#disconnect();
  }

  /** Returns whether there was no connection. */
  #connect(): boolean {
    // Node has channels too, which would reach other threads: other users' requests, on a server.
    if (this.#channel || !globalThis.location || !globalThis.BroadcastChannel) return false;
    this.#channel = new BroadcastChannel(this.name);
    this.#channel.onmessage = ({ data }: MessageEvent<Message>) => this.hear(data);
    return true;
  }

  #disconnect(): void {
    this.#channel?.close();
    this.#channel = undefined;
  }

  /** Tells the others, even when it no longer listens: they would present a refresh token that is spent. */
  tell(message: Message): void {
    const brief = this.#connect();
    this.#channel?.postMessage(message);
    if (brief) this.#disconnect();
  }

  /** Asks for the others' pairs, and waits until `hear` calls `answered`, at most for a moment. */
  async ask(): Promise<void> {
    const brief = this.#connect();
    if (!this.#channel) return;
    await new Promise<void>((resolve) => {
      this.#heard = resolve;
      setTimeout(resolve, WAIT);
      this.tell({ ask: true });
    });
    if (brief && !this.#listening) this.#disconnect();
  }

  answered(): void {
    this.#heard?.();
  }
}
