// Where the tokens of a session are kept.

/** A storage of your own, for one text. Both functions may be asynchronous. */
export interface TokenStorage {
  read(): string | null | undefined | Promise<string | null | undefined>;
  /** `null` removes the text. */
  write(text: string | null): void | Promise<void>;
}

const memories = new Map<string, string>();

/** Forgets with the page. The clients of a page share it, so that one made anew by a development server goes on. */
export function memoryTokens(name: string): TokenStorage {
  // On a server each client is another user's.
  const memory = globalThis.location ? memories : new Map<string, string>();
  return {
    read: () => memory.get(name),
    write: (text) => void (text === null ? memory.delete(name) : memory.set(name, text)),
  };
}

/** `localStorage`; undefined where it is missing or forbidden. */
export function localTokens(name: string): TokenStorage | undefined {
  try {
    const { localStorage } = globalThis;
    localStorage.getItem(name);
    return {
      read: () => localStorage.getItem(name),
      write: (text) => (text === null ? localStorage.removeItem(name) : localStorage.setItem(name, text)),
    };
  } catch {
    return undefined;
  }
}

/**
 * A storage that does one thing after the other. What it fails to keep lasts as long as the page: with the spent pair in its place,
 * the next renewal would end the session.
 */
export function dependable(storage: TokenStorage) {
  let known: string | null | undefined;
  let owed = false;
  let last: Promise<unknown> | undefined;
  const next = (act: () => Promise<unknown>) => (last = Promise.resolve(last).then(act).catch(() => undefined));
  return {
    async read(): Promise<string | null | undefined> {
      await next(async () => {
        if (!owed) known = await storage.read();
      });
      return known;
    },
    async write(text: string | null): Promise<void> {
      await next(async () => {
        [known, owed] = [text, true];
        await storage.write(text);
        owed = false;
      });
    },
  };
}
