import { type ChildProcess, fork } from "node:child_process";
import { setTimeout as delay } from "node:timers/promises";
import { log } from "../../../base/log.js";
import { Dealer } from "../../../connection/dealer.js";
import type { Routed } from "../../../connection/frames/routed.js";
import { Publisher } from "../../../connection/publisher.js";
import { topicOf } from "../../envelope/format.js";
import { shortName } from "../../envelope/message-type.js";
import type { ReactorOptions } from "../../reactor/handler.js";
import { type FromWorker, fromReport, type ToWorker } from "./ipc.js";
import { type ProcessEnd, WorkerError } from "./worker-error.js";

/** The settings of a worker process. */
export interface WorkerPlan {
  readonly index: number;
  readonly module: string;
  readonly exportName: string;
  readonly execArgv: readonly string[];
  readonly reactorOptions: ReactorOptions;
  readonly data: unknown;
  readonly folder: string | undefined;
  /** Where to bind what the worker's links connect to. */
  readonly serve: string | undefined;
  readonly subscribe: string | undefined;
}

/** Callbacks to the worker's owner; each runs in its own event-loop turn. */
export interface WorkerOwner {
  /** It takes messages from now on; these are the topics of the events that it wants. */
  onReady(topics: readonly Uint8Array[]): void;
  /** It has done one of the things that it had in hand. */
  onFreed(): void;
  onReply(reply: Routed<Uint8Array>): void;
  /** Its reactor has stopped by itself, and the process is about to end. */
  onStopping(): void;
  /** The process has ended, and its links are closed. Told once, whatever became of it. */
  onGone(end: WorkerEnd): void;
}

/** How it came to an end. */
export interface WorkerEnd {
  /** `undefined` when it was told to end, or its reactor stopped by itself. */
  readonly error: WorkerError | undefined;
  /** Whether it had ever been ready. */
  readonly wasReady: boolean;
  /** The requests that it had in hand. */
  readonly requests: readonly Routed<Uint8Array>[];
  /** How many events it had in hand. */
  readonly events: number;
}

/**
 * How long after the end of a process its last words are waited for. They are in this process's
 * buffers by then; it is the event loop that has to get to them.
 */
const LAST_WORDS_MS = 100;

/** One worker process, from the side of the process that started it, and the links to it. */
export class MpWorker {
  readonly #plan: WorkerPlan;
  readonly #owner: WorkerOwner;
  readonly #child: ChildProcess;
  /**
   * Nobody else is connected to it, so what it sends goes to the worker and what it receives comes
   * from there.
   */
  readonly #requests: Dealer | undefined;
  readonly #events: Publisher | undefined;
  readonly #inHand = new Map<string, Routed<Uint8Array>>();
  /** Fulfilled when the process has ended and its owner knows. */
  readonly exited: Promise<void>;
  #eventsInHand = 0;
  #sequence = 0;
  #state: "starting" | "ready" | "leaving" | "gone" = "starting";
  #wasReady = false;
  #failure: Error | undefined;
  #toldToEnd = false;

  /** @throws ConnectionError when the links to it cannot be bound. */
  constructor(plan: WorkerPlan, owner: WorkerOwner) {
    this.#plan = plan;
    this.#owner = owner;
    const { serve, subscribe } = plan;
    try {
      // Requests that a dead process did not take are refused, so no message has to linger.
      if (serve !== undefined) this.#requests = new Dealer(`@${serve}`, { lingerMs: 0 });
      if (subscribe !== undefined) this.#events = new Publisher(`@${subscribe}`, { lingerMs: 0 });
      this.#child = fork(new URL("./child.js", import.meta.url), {
        execArgv: [...plan.execArgv],
        stdio: ["ignore", "inherit", "inherit", "ipc"],
        // Keeps bytes, dates and maps in the data what they are.
        serialization: "advanced",
      });
    } catch (error) {
      this.#closeLinks();
      throw error;
    }
    this.exited = this.#follow(this.#child);
    this.#start();
    if (this.#requests !== undefined) void this.#readReplies(this.#requests);
  }

  /** The process's id; `undefined` when it could not be started. */
  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** Whether messages may be handed to it. */
  get ready(): boolean {
    return this.#state === "ready";
  }

  /** How many requests and events it has in hand. */
  get busy(): number {
    return this.#inHand.size + this.#eventsInHand;
  }

  /** Hands it a request. */
  request(request: Routed<Uint8Array>): void {
    const id = (this.#sequence++).toString(36);
    this.#inHand.set(id, request);
    const { route, message } = request;
    // Its owner learns of a failure when the process ends, as it does of all that it has in hand.
    this.#requests?.send({ route: [Buffer.from(id, "latin1"), ...route], message }).catch(noteLost);
  }

  /** Hands it an event. */
  event(event: Uint8Array): void {
    this.#eventsInHand++;
    this.#events?.send(event).catch(noteLost);
  }

  /** Lets it finish what it has in hand, then ends it. */
  stop(): void {
    // One that is not ready has nothing in hand.
    if (this.#state === "starting") this.kill();
    if (this.#state !== "ready" || this.#toldToEnd) return;
    this.#toldToEnd = true;
    this.#stopWhenIdle();
  }

  /** Ends it at once. */
  kill(): void {
    this.#toldToEnd = true;
    this.#child.kill("SIGKILL");
  }

  #start(): void {
    const { module, exportName, reactorOptions: options, index, data, folder } = this.#plan;
    this.#tell({
      type: "start",
      module,
      exportName,
      links: {
        ...(this.#requests && { serve: `>${this.#requests.endpoints[0]}` }),
        ...(this.#events && { subscribe: `>${this.#events.endpoints[0]}` }),
      },
      options,
      index,
      data,
      folder,
    });
  }

  #tell(message: ToWorker): void {
    // A process that takes no more messages is about to be known as ended.
    this.#child.send(message, () => {});
  }

  #heard(message: FromWorker): void {
    switch (message.type) {
      case "ready":
        void this.#becomeReady(message.events);
        break;
      case "failed":
        this.#failure = fromReport(message.error);
        break;
      case "event-done":
        this.#eventsInHand--;
        this.#freed();
        break;
      case "stopped":
        this.#toldToEnd = true;
        this.#state = "leaving";
        this.#owner.onStopping();
        break;
    }
  }

  async #becomeReady(eventTypes: readonly string[]): Promise<void> {
    const names = new Set(eventTypes.flatMap((name) => [name, shortName(name)]));
    const topics = [...names].map(topicOf);
    try {
      // An event that is published before the worker has subscribed would be lost.
      for (const topic of topics) await this.#events?.waitForSubscribers(1, { topic });
    } catch {
      // The links were closed: it has ended.
      return;
    }
    if (this.#state !== "starting") return;
    this.#state = "ready";
    this.#wasReady = true;
    this.#owner.onReady(topics);
  }

  async #readReplies(requests: Dealer): Promise<void> {
    try {
      for (;;) {
        const { route, message } = await requests.recv();
        const [id, ...rest] = route;
        if (id === undefined || !this.#inHand.delete(Buffer.from(id).toString("latin1"))) continue;
        this.#owner.onReply({ route: rest, message });
        this.#freed();
      }
    } catch (error) {
      if (!requests.closed) {
        log("messaging", "error", { err: error, pid: this.pid }, "cannot hear a worker's answers");
        this.#child.kill("SIGKILL");
      }
    }
  }

  #freed(): void {
    this.#owner.onFreed();
    if (this.#toldToEnd) this.#stopWhenIdle();
  }

  #stopWhenIdle(): void {
    if (this.busy > 0 || this.#state !== "ready") return;
    this.#state = "leaving";
    this.#tell({ type: "stop" });
  }

  async #follow(child: ChildProcess): Promise<void> {
    child.on("message", (message) => this.#heard(message as FromWorker));
    const disconnected = new Promise<void>((resolve) => {
      child.on("disconnect", () => {
        resolve();
        // A process without its channel can neither report nor be stopped in order.
        if (this.#state !== "leaving") child.kill("SIGKILL");
      });
    });
    const end = await new Promise<ProcessEnd>((resolve) => {
      child.on("exit", (exitCode, exitSignal) => resolve({ exitCode, exitSignal }));
      child.on("error", (error) => {
        this.#failure ??= error;
        // It was never there, so there will be no "exit".
        if (child.pid === undefined) resolve({ exitCode: null, exitSignal: null });
      });
    });
    this.#state = "gone";
    // Its last messages, the reason for its failure and answers, may arrive after the event of its end.
    if (child.connected) await Promise.race([disconnected, delay(LAST_WORDS_MS)]);
    if (this.#inHand.size > 0) await delay(LAST_WORDS_MS);
    this.#closeLinks();
    this.#owner.onGone({
      error: this.#toldToEnd ? undefined : this.#error(end),
      wasReady: this.#wasReady,
      requests: [...this.#inHand.values()],
      events: this.#eventsInHand,
    });
  }

  #error(end: ProcessEnd): WorkerError {
    const { module } = this.#plan;
    const { exitCode, exitSignal } = end;
    const how = exitSignal === null ? `with exit code ${exitCode}` : `by the signal ${exitSignal}`;
    if (this.#wasReady) {
      return new WorkerError(
        "WORKER_LOST",
        module,
        `Worker ${this.#plan.index} (process ${this.pid}) of ${module} ended by itself, ${how}`,
        { end, cause: this.#failure },
      );
    }
    const why =
      this.#failure?.message ?? `the process ended ${how}; what it printed may say more about it`;
    return new WorkerError(
      "WORKER_FAILED",
      module,
      `No worker could be started from ${module}: ${why}`,
      { end, cause: this.#failure },
    );
  }

  #closeLinks(): void {
    this.#requests?.close();
    this.#events?.close();
  }
}

function noteLost(error: unknown): void {
  log("messaging", "debug", { err: error }, "a message did not reach its worker");
}
