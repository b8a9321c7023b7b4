import type { ChildProcess } from "node:child_process";
import { setTimeout as delay } from "node:timers/promises";
import { builtin } from "../../../base/builtin.js";
import { log } from "../../../base/log.js";
import { Dealer } from "../../../connection/dealer.js";
import { EMPTY, keyOf, type Routed } from "../../../connection/frames/routed.js";
import { Publisher } from "../../../connection/publisher.js";
import { readerTopicOf } from "../../envelope/format.js";
import { shortName } from "../../envelope/message-type.js";
import type { WorkerDescription } from "./description.js";
import { type FromWorker, fromReport, type ToWorker } from "./ipc.js";
import { type Job, Jobs } from "./jobs.js";
import { endedUnasked, type ProcessEnd } from "./worker-error.js";
import type { WorkerOwner, WorkerPlan } from "./worker-plan.js";

/**
 * The wait for the last messages of a process after its end. The messages are in this process's
 * buffers by then; the event loop only has to read them.
 */
const LAST_WORDS_MS = 100;

/** The interval between checks of the deadlines of requests in hand, in milliseconds. */
const SWEEP_MS = 100;

/** Called at the end of an event with the status of a failure. */
type EventEnd = (code: string | undefined) => void;

/** One worker process, as its parent process sees it, and the links to it. */
export class MpWorker {
  readonly #plan: WorkerPlan;
  readonly #owner: WorkerOwner;
  readonly #child: ChildProcess;
  /**
   * A dealer with the worker as its only peer: it sends to the worker and receives from the worker
   * alone.
   */
  readonly #requests: Dealer | undefined;
  readonly #events: Publisher | undefined;
  readonly #jobs = new Jobs();
  /** Fulfilled when the process has ended and its owner has been told. */
  readonly exited: Promise<void>;
  /** The events in hand, in their order, each as the function to call at its end. */
  readonly #eventsInHand: EventEnd[] = [];
  #sweep: NodeJS.Timeout | undefined;
  #state: "starting" | "ready" | "leaving" | "gone" = "starting";
  #wasReady = false;
  #failure: Error | undefined;
  #toldToEnd = false;

  /** @throws ConnectionError when the links to the process cannot be bound. */
  constructor(plan: WorkerPlan, owner: WorkerOwner) {
    this.#plan = plan;
    this.#owner = owner;
    const { serve, subscribe } = plan;
    try {
      // Requests that a dead process did not take are refused, so messages need not linger.
      if (serve !== undefined) this.#requests = new Dealer(`@${serve}`, { lingerMs: 0 });
      if (subscribe !== undefined) this.#events = new Publisher(`@${subscribe}`, { lingerMs: 0 });
      this.#child = builtin("node:child_process").fork(new URL("./child.js", import.meta.url), {
        execArgv: [...plan.execArgv],
        stdio: ["ignore", "inherit", "inherit", "ipc"],
        // Preserves bytes, dates and maps in the data.
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

  /** The process's id; `undefined` if the process could not be started. */
  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** Whether the worker takes messages. */
  get ready(): boolean {
    return this.#state === "ready";
  }

  /** The number of requests and events that the worker has in hand. */
  get busy(): number {
    return this.#jobs.requests + this.#eventsInHand.length;
  }

  /** The number of requests, events and streams that the worker has in hand. */
  get load(): number {
    return this.busy + this.#jobs.streams;
  }

  /** Hands the worker a request or a stream, and returns the number of the job. */
  hand(job: Job): string {
    const id = this.#jobs.add(job);
    this.follow(id, job.request);
    this.#sweep ??= setInterval(() => this.#expire(), SWEEP_MS).unref();
    return id;
  }

  /** Hands the worker a frame of a job. */
  follow(id: string, { route, message }: Routed<Uint8Array>): void {
    // The REP socket of a reactor with a Response drops what has no empty frame, and would answer never.
    const whole = hasEmptyFrame(route) ? route : [...route, EMPTY];
    // The owner learns of a failure when the process ends, with the other messages in hand.
    this.#requests?.send({ route: [Buffer.from(id, "latin1"), ...whole], message }).catch(noteLost);
  }

  /** Drops a job whose further answers nobody waits for. */
  drop(id: string): void {
    this.#jobs.end(id, "CANCELLED");
  }

  /**
   * Hands the worker an event.
   *
   * @param onEnd - Called when the worker is done with it, or is gone.
   */
  event(event: Uint8Array, onEnd: EventEnd): void {
    this.#eventsInHand.push(onEnd);
    this.#events?.send(event).catch(noteLost);
  }

  /** Lets the worker finish the messages in hand, then ends it. */
  stop(): void {
    // A worker that is not ready has no messages in hand.
    if (this.#state === "starting") this.kill();
    if (this.#state !== "ready" || this.#toldToEnd) return;
    this.#toldToEnd = true;
    this.#stopWhenIdle();
  }

  /** Ends the worker at once. */
  kill(): void {
    this.#toldToEnd = true;
    this.#child.kill("SIGKILL");
  }

  #start(): void {
    const { module, exportName, reactorOptions: options, interceptors } = this.#plan;
    const { index, data, folder } = this.#plan;
    this.#tell({
      type: "start",
      module,
      exportName,
      links: {
        ...(this.#requests && { serve: `>${this.#requests.endpoints[0]}` }),
        ...(this.#events && { subscribe: `>${this.#events.endpoints[0]}` }),
      },
      options,
      interceptors,
      index,
      data,
      folder,
    });
  }

  #tell(message: ToWorker): void {
    // A failure here means that the process has ended, which its exit event will report.
    this.#child.send(message, () => {});
  }

  #heard(message: FromWorker): void {
    switch (message.type) {
      case "ready":
        void this.#becomeReady(message.events, message.description);
        break;
      case "failed":
        this.#failure = fromReport(message.error);
        break;
      case "event-done":
        this.#eventsInHand.shift()?.(undefined);
        this.#freed();
        break;
      case "stopped":
        this.#toldToEnd = true;
        this.#state = "leaving";
        this.#owner.onStopping();
        break;
    }
  }

  async #becomeReady(eventTypes: readonly string[], description: WorkerDescription): Promise<void> {
    const names = new Set(eventTypes.flatMap((name) => [name, shortName(name)]));
    const topics = [...names].map(readerTopicOf);
    try {
      // The worker would miss an event published before it has subscribed.
      for (const topic of topics) await this.#events?.waitForSubscribers(1, { topic });
    } catch {
      // The links were closed, so the worker has ended.
      return;
    }
    if (this.#state !== "starting") return;
    this.#state = "ready";
    this.#wasReady = true;
    this.#owner.onReady(topics, description);
  }

  async #readReplies(requests: Dealer): Promise<void> {
    try {
      for (;;) {
        const { route, message } = await requests.recv();
        const id = keyOf(route[0] ?? EMPTY);
        const job = this.#jobs.get(id);
        const busy = this.load;
        if (job === undefined || !this.#jobs.reply(id, message)) continue;
        // The route of the request: a frame may have been added on the way to the worker.
        this.#owner.onReply({ route: job.request.route, message });
        if (this.load < busy) this.#freed();
      }
    } catch (error) {
      if (!requests.closed) {
        log("messaging", "error", { err: error, pid: this.pid }, "cannot hear a worker's answers");
        this.#child.kill("SIGKILL");
      }
    }
  }

  /**
   * Frees the places of requests whose requesters no longer wait, whether or not their handlers
   * end.
   */
  #expire(): void {
    if (this.#jobs.expire(performance.now()) > 0) this.#freed();
    if (this.load > 0) return;
    clearInterval(this.#sweep);
    this.#sweep = undefined;
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
        // The process never started, so no "exit" will come.
        if (child.pid === undefined) resolve({ exitCode: null, exitSignal: null });
      });
    });
    this.#state = "gone";
    clearInterval(this.#sweep);
    // The last messages, such as the reason for a failure and answers, may arrive after the exit
    // event.
    if (child.connected) await Promise.race([disconnected, delay(LAST_WORDS_MS)]);
    if (this.load > 0) await delay(LAST_WORDS_MS);
    this.#closeLinks();
    const events = this.#eventsInHand.length;
    for (const onEnd of this.#eventsInHand.splice(0)) onEnd("WORKER_LOST");
    this.#owner.onGone({
      error: this.#toldToEnd
        ? undefined
        : endedUnasked(this.#plan, this.#wasReady, this.pid, end, this.#failure),
      wasReady: this.#wasReady,
      requests: this.#jobs.endAll(),
      events,
    });
  }

  #closeLinks(): void {
    this.#requests?.close();
    this.#events?.close();
  }
}

function noteLost(error: unknown): void {
  log("messaging", "debug", { err: error }, "a message did not reach its worker");
}

function hasEmptyFrame(route: readonly Uint8Array[]): boolean {
  return route.some((frame) => frame.length === 0);
}
