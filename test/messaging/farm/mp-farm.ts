import { MpMsgReactor, Router, type WorkerStatus } from "dividere/messaging";
import { Msg01 } from "../../gen/plain.js";
import { within } from "../../support/within.js";

/** The URL of a module in test/fixtures/farm. */
export function fixture(name: string): URL {
  return new URL(`../../fixtures/farm/${name}`, import.meta.url);
}

/**
 * A farm that kills its workers at the end of its scope: a test that fails does not wait for those
 * it holds.
 */
export class Farm extends MpMsgReactor {
  override async [Symbol.asyncDispose](): Promise<void> {
    this.close();
    await this.stop();
  }
}

/** One handler that waits for the test. */
export interface Held {
  /** What it asked with. */
  readonly text: string;
  /** Lets it go on. */
  release(answer?: string): Promise<void>;
}

/** Where handlers in worker processes ask how to go on, so that a test knows what is in hand. */
export class Desk implements AsyncDisposable {
  readonly #router = new Router("tcp://127.0.0.1:*", [Msg01]);

  get endpoint(): string {
    return this.#router.endpoints[0] ?? "";
  }

  /** The next handler that asks. */
  async held(): Promise<Held> {
    const { route, message } = await within(this.#router.recv(), "a handler that asks");
    return {
      text: message.field1,
      release: (answer = "released") =>
        this.#router.sendRouted({ route, message: { field1: answer } }),
    };
  }

  /** Whether none asks, for as long as it could reasonably take one. */
  async quiet(): Promise<boolean> {
    return !(await this.#router.wait(300));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#router.close();
  }
}

type StatusOf<T extends WorkerStatus["type"]> = Extract<WorkerStatus, { type: T }>;

/** Remembers what happened to a farm's workers. */
export class Statuses {
  readonly #seen: WorkerStatus[] = [];
  readonly #arrivals = new EventTarget();

  constructor(farm: MpMsgReactor) {
    farm.onStatus((status) => {
      this.#seen.push(status);
      this.#arrivals.dispatchEvent(new Event("status"));
    });
  }

  /** Those of that kind so far. */
  of<T extends WorkerStatus["type"]>(type: T): StatusOf<T>[] {
    return this.#seen.filter((status): status is StatusOf<T> => status.type === type);
  }

  /** The `count`th of that kind, waiting for it. */
  async next<T extends WorkerStatus["type"]>(
    type: T,
    count = 1,
    timeoutMs?: number,
  ): Promise<StatusOf<T>> {
    const arrived = new Promise<StatusOf<T>>((resolve) => {
      const look = (): void => {
        const status = this.of(type)[count - 1];
        if (status !== undefined) resolve(status);
      };
      this.#arrivals.addEventListener("status", look);
      look();
    });
    return await within(
      arrived,
      () => `${type} #${count}; there was ${JSON.stringify(this.#seen)}`,
      timeoutMs,
    );
  }
}

/** Whether a process of that id is there. */
export function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
