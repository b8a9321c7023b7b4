import { waitUntilDone } from "../../base/drain.js";
import { toError } from "../../base/errors.js";
import { log } from "../../base/log.js";
import type { Routed } from "../../connection/frames/routed.js";
import type { WorkerDescription } from "./process/description.js";
import type { WorkerEnd, WorkerPlan } from "./process/worker-plan.js";
import { MpWorker } from "./process/worker-process.js";
import { emptySlot, noteCrash, type Slot } from "./slot.js";
import type { WorkerStatus } from "./worker-status.js";

/** The callbacks of a crew to its farm. */
export interface CrewOwner {
  /** Plans the process of a place; `life` is unique among the crew's processes. */
  plan(index: number, life: number): WorkerPlan;
  /** Whether workers that crash are replaced, and new ones take messages. */
  goesOn(): boolean;
  /** A worker takes messages; `topics` are those of its events. */
  ready(topics: readonly Uint8Array[], description: WorkerDescription): void;
  /** A worker has room for another message, or is gone. */
  freed(): void;
  reply(reply: Routed<Uint8Array>): void;
  /** A request was lost with its worker. */
  lost(request: Routed<Uint8Array>): void;
  /** A worker's reactor has stopped by itself. */
  stopping(): void;
  /** No worker can be started, or none is left. */
  failed(error: Error): void;
  tell(status: WorkerStatus): void;
}

/** The worker processes of a farm: starts them, replaces those that crash, and ends them. */
export class Crew {
  readonly slots: readonly Slot[];
  readonly #owner: CrewOwner;
  #lives = 0;
  #hasBeenReady = false;

  /** @param count - The number of workers. */
  constructor(count: number, owner: CrewOwner) {
    this.slots = Array.from({ length: count }, (_, index) => emptySlot(index));
    this.#owner = owner;
  }

  /** The number of workers that take messages now. */
  get readyCount(): number {
    return this.slots.filter((slot) => slot.worker?.ready).length;
  }

  /** Whether every worker takes messages. */
  get allReady(): boolean {
    return this.readyCount === this.slots.length;
  }

  /** The number of requests and events in hand, without streams. */
  get busy(): number {
    return this.slots.reduce((sum, { worker }) => sum + (worker?.busy ?? 0), 0);
  }

  /** The number of requests, events and streams in hand. */
  get load(): number {
    return this.slots.reduce((sum, { worker }) => sum + (worker?.load ?? 0), 0);
  }

  /** Fulfilled when every process has ended, and the owner knows. */
  async exited(): Promise<void> {
    await Promise.all(this.slots.map((slot) => slot.worker?.exited));
  }

  /** @throws ConnectionError when the links to a process cannot be bound. */
  start(): void {
    for (const slot of this.slots) this.#start(slot);
  }

  /**
   * Lets the workers finish the messages in hand, then ends them; kills those that are not done in time.
   * Fulfilled when every process has ended.
   *
   * @returns The number of messages that killed workers had in hand.
   */
  async end(timeoutMs: number, endpoints: readonly string[]): Promise<number> {
    for (const slot of this.slots) {
      clearTimeout(slot.restart);
      slot.worker?.stop();
    }
    let exited = false;
    const all = this.exited().then(() => {
      exited = true;
    });
    await waitUntilDone(() => exited, timeoutMs);
    if (exited) return 0;
    const messages = this.load;
    log("messaging", "warn", { endpoints, messages }, "killed workers that were still at work");
    this.kill();
    await all;
    return messages;
  }

  /** Ends the workers at once. */
  kill(): void {
    for (const slot of this.slots) {
      clearTimeout(slot.restart);
      slot.worker?.kill();
    }
  }

  #start(slot: Slot): void {
    slot.restart = undefined;
    const worker: MpWorker = new MpWorker(this.#owner.plan(slot.index, this.#lives++), {
      onReady: (topics, description) => {
        if (!this.#owner.goesOn()) return;
        this.#owner.ready(topics, description);
        this.#ready(slot, worker);
      },
      onFreed: () => this.#owner.freed(),
      onReply: (reply) => this.#owner.reply(reply),
      onStopping: () => this.#owner.stopping(),
      onGone: (end) => this.#gone(slot, worker, end),
    });
    slot.worker = worker;
  }

  #ready(slot: Slot, worker: MpWorker): void {
    slot.readyAt = performance.now();
    slot.failedStarts = 0;
    if (this.allReady) this.#hasBeenReady = true;
    this.#owner.tell({ type: "ready", worker: slot.index, pid: worker.pid });
  }

  #gone(slot: Slot, worker: MpWorker, end: WorkerEnd): void {
    const { error, requests, events } = end;
    for (const request of requests) this.#owner.lost(request);
    if (error === undefined) {
      this.#owner.tell({ type: "stopped", worker: slot.index, pid: worker.pid });
      return;
    }
    if (!end.wasReady && !this.#hasBeenReady) {
      // A failure at the start would recur.
      this.#owner.failed(error);
      return;
    }
    const restartInMs = this.#restart(slot, end);
    const lost = { requests: requests.length, events };
    const details = { worker: slot.index, pid: worker.pid, lost, restartInMs };
    log("messaging", "error", details, error.message);
    this.#owner.tell({ type: "crashed", error, ...details });
    if (this.slots.every((each) => each.abandoned)) this.#owner.failed(error);
  }

  /** Schedules the worker's replacement, and returns the time until then; see {@link noteCrash}. */
  #restart(slot: Slot, { wasReady }: WorkerEnd): number | undefined {
    const delayMs = this.#owner.goesOn() ? noteCrash(slot, wasReady) : undefined;
    if (delayMs === undefined) return undefined;
    slot.restart = setTimeout(() => {
      try {
        this.#start(slot);
      } catch (error) {
        this.#owner.failed(toError(error));
      }
    }, delayMs);
    return delayMs;
  }
}
