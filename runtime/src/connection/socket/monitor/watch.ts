import { setTimeout as delay } from "node:timers/promises";
import { hasVisibleWork, pendingRelayReads } from "../../../base/process-work.js";
import { pendingReceives } from "../../queue/receive-queue.js";
import type { MonitorReader } from "./reader.js";

/**
 * The shortest time that an idle process runs before its monitors stop keeping it alive, in
 * milliseconds.
 */
const SHORTEST_MS = 100;

/**
 * The longest such time, for a process that goes on every time because of work that is not visible
 * here, in milliseconds.
 */
const LONGEST_MS = 4_000;

/**
 * The time that the monitors are not read, in milliseconds: far shorter than libzmq can hold events
 * back.
 */
const PAUSE_MS = 20;

/**
 * The number of monitors above which they are read at all times, because a pause opens a socket for
 * each.
 */
const MOST_MONITORS = 200;

/** The monitors of this thread that do not keep the process alive. */
class MonitorWatch {
  readonly #readers = new Set<MonitorReader>();
  #timer: NodeJS.Timeout | undefined;
  #delayMs = SHORTEST_MS;
  #pausing = false;

  add(reader: MonitorReader): void {
    this.#readers.add(reader);
    this.#delayMs = SHORTEST_MS;
    this.#schedule();
  }

  remove(reader: MonitorReader): void {
    this.#readers.delete(reader);
    reader.resume();
  }

  #schedule(): void {
    if (this.#pausing) return;
    this.#timer ??= setTimeout(() => this.#look(), this.#delayMs).unref();
  }

  #look(): void {
    this.#timer = undefined;
    if (this.#readers.size === 0) return;
    const receives = pendingReceives() + pendingRelayReads();
    if (this.#readers.size <= MOST_MONITORS && receives === 0 && !hasVisibleWork()) {
      void this.#pause();
      return;
    }
    this.#delayMs = SHORTEST_MS;
    this.#schedule();
  }

  async #pause(): Promise<void> {
    this.#pausing = true;
    const paused = [...this.#readers];
    await Promise.all(paused.map((reader) => reader.pause()));
    // If nothing else keeps the process alive, it ends here.
    await delay(PAUSE_MS, undefined, { ref: false });
    for (const reader of paused) reader.resume();
    this.#pausing = false;
    this.#delayMs = Math.min(this.#delayMs * 2, LONGEST_MS);
    this.#schedule();
  }
}

const monitors = new MonitorWatch();

/**
 * Lets the process end although `reader` reads. When the program has nothing else to do, all
 * readers pause for a moment: the process then ends if nothing else keeps it alive; otherwise the
 * readers go on and have missed no event.
 */
export function watch(reader: MonitorReader): void {
  monitors.add(reader);
}

/** Ends {@link watch}: from here on the reader keeps the process alive until it has ended. */
export function unwatch(reader: MonitorReader): void {
  monitors.remove(reader);
}
