import { type Context, context } from "@opentelemetry/api";

/** Watches the messages of a stream. */
export interface StreamObserver {
  /** Called with the number of each message, from 1. */
  onMessage?(count: number): void;
  /** Called once at the end: with the error of a failed stream, or when the reader leaves. */
  onEnd?(end: { readonly error?: unknown; readonly left: boolean }): void;
}

/**
 * Passes on the messages of a stream unchanged, and tells an observer about them.
 *
 * @param within - The context in which the stream's generator runs; by default that of its reader.
 */
export function observed<T>(
  messages: AsyncIterable<T>,
  observer: StreamObserver,
  within?: Context,
): AsyncIterableIterator<T> {
  let iterator: AsyncIterator<T> | undefined;
  let count = 0;
  // A generator runs in the context of the call of next(), not in that of its creation.
  const run = <R>(step: () => R): R => (within === undefined ? step() : context.with(within, step));
  const open = (): AsyncIterator<T> => {
    iterator ??= messages[Symbol.asyncIterator]();
    return iterator;
  };
  return {
    async next() {
      try {
        const result = await run(() => open().next());
        if (result.done) observer.onEnd?.({ left: false });
        else observer.onMessage?.(++count);
        return result;
      } catch (error) {
        observer.onEnd?.({ error, left: false });
        throw error;
      }
    },
    async return() {
      observer.onEnd?.({ left: true });
      await run(() => open().return?.());
      return { done: true, value: undefined };
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}
