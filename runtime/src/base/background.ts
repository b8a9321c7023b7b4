import { type LogLayer, log } from "./log.js";
import { hasVisibleWork } from "./process-work.js";

/** How often the objects that serve are looked at, in milliseconds. */
const LOOK_EVERY_MS = 1_000;

const running = new Set<Background>();
let looks: NodeJS.Timeout | undefined;

/**
 * Notes that an object serves in the background. When such objects are all that keeps the process
 * running, and the program has not shown that it means them to, the log names them: a forgotten
 * `await using` then does not hang without a word.
 */
export class Background {
  readonly #layer: LogLayer;
  readonly #owner: object;
  readonly #endpoints: () => readonly string[];
  readonly #aside: boolean;
  readonly #stopped: Promise<void>;
  #stop!: () => void;
  #expected = false;

  /**
   * @param owner - The reactor, broker, proxy, or client that follows a registry.
   * @param aside - Whether the object serves beside others: it is named only where there are no others.
   */
  constructor(layer: LogLayer, owner: object, endpoints: () => readonly string[], aside = false) {
    this.#aside = aside;
    this.#layer = layer;
    this.#owner = owner;
    this.#endpoints = endpoints;
    this.#stopped = new Promise((resolve) => {
      this.#stop = resolve;
    });
    running.add(this);
    looks ??= setInterval(look, LOOK_EVERY_MS).unref();
  }

  /** Fulfilled by {@link end}. */
  get ended(): Promise<void> {
    return this.#stopped;
  }

  /** The same as {@link ended}; asking for it shows that the object is meant to stay. */
  get stopped(): Promise<void> {
    this.expect();
    return this.#stopped;
  }

  /** Notes that the program waits for the object's end, so that the object is meant to stay. */
  expect(): void {
    this.#expected = true;
  }

  /** Notes that the object has ended. May be called again. */
  end(): void {
    this.#stop();
    running.delete(this);
    if (running.size > 0) return;
    clearInterval(looks);
    looks = undefined;
  }

  /** Whether the object serves beside others. */
  get aside(): boolean {
    return this.#aside;
  }

  /** Logs that the object keeps the process running, once. */
  static report(background: Background): void {
    if (background.#expected) return;
    background.#expected = true;
    log(
      background.#layer,
      "error",
      {},
      `${background.#owner.constructor.name} at ${background.#endpoints().join(", ")} is open, and nothing else keeps this process running. Close it where the program is done, with \`await using\` or stop(); in a server that is to stay, await its \`stopped\` or give it to stopOnSignals()`,
    );
  }
}

function look(): void {
  if (hasVisibleWork()) return;
  const all = [...running];
  const alone = all.every(({ aside }) => aside);
  for (const each of all) if (alone || !each.aside) Background.report(each);
}
