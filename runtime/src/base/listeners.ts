import { type LogLayer, log } from "./log.js";

/**
 * A set of listeners for one kind of event. If a listener throws, the error is logged and the other
 * listeners still get the event.
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
      try {
        listener(event);
      } catch (error) {
        log(this.#layer, "error", { err: error }, "a listener of a status event threw");
      }
    }
  }

  /** Removes all listeners. */
  clear(): void {
    this.#listeners.clear();
  }
}
