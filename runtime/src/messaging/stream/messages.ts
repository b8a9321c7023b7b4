import type { Inbox } from "./inbox.js";

/**
 * Reads the messages of an inbox and decodes them one at a time. The messages can be read once: a
 * second loop continues where the first loop stopped.
 *
 * @param decode - Makes a message from its bytes.
 * @param onLeave - Called when a loop stops before the end.
 */
export function messagesOf<T>(
  inbox: Inbox,
  decode: (value: Uint8Array) => T,
  onLeave?: () => void,
): AsyncIterableIterator<T> {
  // Reads run one at a time: a second next() waits for the first.
  let last: Promise<unknown> = Promise.resolve();
  const read = async (): Promise<IteratorResult<T>> => {
    const value = await inbox.next();
    return value === undefined ? { done: true, value } : { done: false, value: decode(value) };
  };
  return {
    next() {
      const result = last.then(read, read);
      last = result;
      return result;
    },
    async return(): Promise<IteratorResult<T>> {
      onLeave?.();
      return { done: true, value: undefined };
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}
