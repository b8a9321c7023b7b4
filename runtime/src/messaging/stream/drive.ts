import type { StreamInput } from "../call/streams.js";

/**
 * Passes each item of `input` to `onItem`, one after the other, until the input ends or `signal` is
 * aborted. An early end calls the input's `return()`, so a generator runs its `finally`; an item
 * that the input is still producing then is dropped.
 *
 * @throws the error of the input or of `onItem`, or the signal's reason.
 */
export async function drive<T>(
  input: StreamInput<T>,
  signal: AbortSignal,
  onItem: (item: T) => Promise<void>,
): Promise<void> {
  const iterator = iteratorOf(input);
  try {
    for (;;) {
      const result = await unlessAborted(signal, iterator.next());
      if (result.done) return;
      await onItem(result.value);
    }
  } catch (error) {
    leave(iterator);
    throw error;
  }
}

/**
 * Waits for `value` until `signal` is aborted. Not `Promise.race()` with one promise for the signal,
 * which would keep an entry for each wait as long as the signal lives.
 *
 * @throws the signal's reason.
 */
export function unlessAborted<T>(signal: AbortSignal, value: T | PromiseLike<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => reject(signal.reason);
    if (signal.aborted) onAbort();
    else signal.addEventListener("abort", onAbort, { once: true });
    const release = (): void => signal.removeEventListener("abort", onAbort);
    Promise.resolve(value).then(resolve, reject).finally(release);
  });
}

function iteratorOf<T>(input: StreamInput<T>): AsyncIterator<T> | Iterator<T> {
  return Symbol.asyncIterator in input ? input[Symbol.asyncIterator]() : input[Symbol.iterator]();
}

/**
 * Leaves an iterator without waiting for it: a generator that hangs then blocks only itself. Its
 * failure has no receiver.
 */
function leave(iterator: AsyncIterator<unknown> | Iterator<unknown>): void {
  Promise.resolve()
    .then(() => iterator.return?.())
    .catch(() => {});
}
