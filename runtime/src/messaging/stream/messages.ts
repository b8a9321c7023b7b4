import type { Inbox } from "./inbox.js";

/**
 * The messages of an inbox, decoded one at a time as they are read. Read once: a second loop goes on
 * where the first one was left.
 *
 * @param decode - Makes a message of its bytes.
 * @param onLeave - Called when a loop is left before the end.
 */
export function messagesOf<T>(
  inbox: Inbox,
  decode: (value: Uint8Array) => T,
  onLeave: () => void,
): AsyncIterableIterator<T> {
  // One read at a time: a second next() waits for the first.
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
      onLeave();
      return { done: true, value: undefined };
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}
