import { type LogLayer, log } from "./log.js";

/**
 * A set of listeners for one kind of event. If a listener throws, or returns a promise that is
 * rejected, the error is logged and the other listeners still get the event.
 */
export class Listeners<E> {
  readonly #listeners = new Set<(event: E) => void>();
  readonly #layer: LogLayer;

  constructor(layer: LogLayer) {
    this.#layer = layer;
  }

  /** Adds a listener, and returns the function that removes it. */
  add(listener: (event: E) => void): () => void {
    // A new function for each call: a listener that was added twice is called twice.
    const each = (event: E): void => listener(event);
    this.#listeners.add(each);
    return () => {
      this.#listeners.delete(each);
    };
  }

  /** Calls the listeners in the order in which they were added. */
  emit(event: E): void {
    for (const listener of [...this.#listeners]) {
      callSafely(this.#layer, "a listener of a status event", () => listener(event));
    }
  }

  /** Removes all listeners. */
  clear(): void {
    this.#listeners.clear();
  }
}

/**
 * Calls a function of the program, such as a listener. An error that it throws, or that a promise which
 * it returns is rejected with, is logged and goes no further.
 *
 * @param what - Names the function in the log.
 * @param reported - The error that the function was to report, which is logged in its place.
 */
export function callSafely(
  layer: LogLayer,
  what: string,
  call: () => unknown,
  reported?: Error,
): void {
  try {
    noteRejection(layer, what, call(), reported);
  } catch (error) {
    tell(layer, what, error, reported);
  }
}

/** Logs the rejection of a promise that a function of the program has returned and nobody waits for. */
export function noteRejection(
  layer: LogLayer,
  what: string,
  result: unknown,
  reported?: Error,
): void {
  if (typeof result !== "object" || result === null || !("then" in result)) return;
  Promise.resolve(result).catch((error) => tell(layer, what, error, reported));
}

function tell(layer: LogLayer, what: string, error: unknown, reported: Error | undefined): void {
  if (reported !== undefined) log(layer, "error", { err: reported }, reported.message);
  log(layer, "error", { err: error }, `${what} threw`);
}
