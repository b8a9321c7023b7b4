import { rmSync } from "node:fs";
import { availableParallelism } from "node:os";
import { DividereError, toError } from "../../base/errors.js";
import { Listeners } from "../../base/listeners.js";
import { log } from "../../base/log.js";
import { openWait, type WaitOptions } from "../../base/wait.js";
import { Router } from "../../connection/router.js";
import { Subscriber } from "../../connection/subscriber.js";
import { Dispatcher } from "./dispatcher.js";
import { handOutEvents, handOutRequests } from "./intake.js";
import { OpenJobs } from "./open-jobs.js";
import { type MpMsgReactorOptions, sourceOptions } from "./options.js";
import { privateFolder } from "./private-folder.js";
import { inheritedExecArgv } from "./process/exec-argv.js";
import { checkData, locate } from "./process/worker-module.js";
import type { WorkerEnd } from "./process/worker-plan.js";
import { MpWorker } from "./process/worker-process.js";
import { Readiness } from "./readiness.js";
import { ReplySender } from "./reply-sender.js";
import { emptySlot, noteCrash, type Slot } from "./slot.js";
import { planOf } from "./worker-plan.js";
import type { WorkerStatus } from "./worker-status.js";

/**
 * Runs a reactor's handlers in child processes, on every core of the machine, behind one endpoint
 * (Python: `messaging.MpMsgReactor`, which has one child).
 *
 * `module` exports the reactor's class, generated or a subclass of {@link MtMsgReactor}. Each process
 * calls `new Class({ serve, subscribe }, options)` with private endpoints to this process, and then,
 * before the first message, the method {@link InitWorker.initWorker} if the class has it (Python:
 * `initThread`).
 *
 * A request goes to the process with the fewest messages in hand, and waits while every process has
 * `concurrency`. So do events: each is handled once, and only with one worker in the order of
 * arrival.
 *
 * A process that crashes is replaced after 100 ms, and after twice as long for each further crash
 * in a row, up to 10 s. Its open requests are refused with the status `WORKER_LOST`: they may have
 * been carried out in part, so the sender decides whether to send them again. Events in hand are
 * lost. If a process does not start – the module does not load, or the reactor throws – the whole
 * farm fails.
 *
 * The processes inherit the environment, standard output and standard error of this process, leave
 * SIGINT and SIGTERM to it, and end when it ends, for whatever reason. A reactor that stops by
 * itself, for example on a `ShutdownEvent`, stops the farm.
 *
 * @example
 * ```ts
 * import { MpMsgReactor } from "dividere/messaging";
 *
 * const module = new URL("./my-reactor.js", import.meta.url); // its default export is the class
 * await using farm = new MpMsgReactor(module, { serve: "tcp://127.0.0.1:5555", workers: 4 });
 * await farm.stopped;
 * ```
 */
export class MpMsgReactor implements AsyncDisposable {
  /** The URL of the reactor's module. */
  readonly module: string;
  readonly #options: MpMsgReactorOptions;
  readonly #concurrency: number;
  readonly #execArgv: readonly string[];
  readonly #folder: string | undefined;
  readonly #front: Router | undefined;
  readonly #source: Subscriber | undefined;
  readonly #topics = new Set<string>();
  readonly #slots: readonly Slot[];
  readonly #dispatcher: Dispatcher;
  readonly #replies: ReplySender;
  readonly #jobs = new OpenJobs();
  readonly #readiness = new Readiness();
  readonly #listeners = new Listeners<WorkerStatus>("messaging");
  #lives = 0;
  #hasBeenReady = false;
  #failure: Error | undefined;
  #stopping: Promise<void> | undefined;
  readonly #down = openWait<void>(undefined, () => "");
  #ended = false;

  /**
   * Binds or connects at once, and starts the processes.
   *
   * @param module - The reactor's module: `new URL("./my-reactor.js", import.meta.url)`, or an
   *   absolute path. Without a `.js` file, as under tsx, the `.ts` file is used.
   * @throws ConnectionError when an endpoint is invalid or cannot be bound.
   * @throws WorkerError when `module` or `data` cannot be passed to another process.
   */
  constructor(module: URL | string, options: MpMsgReactorOptions) {
    this.module = locate(module);
    this.#options = options;
    this.#concurrency = Math.max(1, options.concurrency ?? 1);
    this.#execArgv = options.execArgv ?? inheritedExecArgv(process.execArgv);
    checkData(this.module, options.data);
    const secured = sourceOptions(options);
    const count = Math.max(1, Math.trunc(options.workers ?? availableParallelism()));
    this.#slots = Array.from({ length: count }, (_, index) => emptySlot(index));
    this.#dispatcher = new Dispatcher(this.#slots, this.#concurrency, () => this.closed);
    try {
      if (options.serve !== undefined) this.#front = new Router(options.serve, secured, "bind");
      if (options.subscribe !== undefined)
        this.#source = new Subscriber(options.subscribe, { ...secured, topics: [] });
      this.#replies = new ReplySender(this.#front, (reply) => this.#jobs.abandon(reply));
      this.#folder = privateFolder();
      for (const slot of this.#slots) this.#start(slot);
    } catch (error) {
      this.close();
      throw error;
    }
    const fail = (error: Error): void => this.#fail(error);
    handOutRequests(this.#front, this.#dispatcher, this.#jobs, this.#replies).catch(fail);
    handOutEvents(this.#source, this.#dispatcher).catch(fail);
  }

  /** The endpoints of `serve`, then of `subscribe`; bound endpoints as libzmq resolved them. */
  get endpoints(): readonly string[] {
    return [...(this.#front?.endpoints ?? []), ...(this.#source?.endpoints ?? [])];
  }

  /** Whether the farm was told to stop or to close, or has failed. */
  get closed(): boolean {
    return this.#stopping !== undefined;
  }

  /** @internal The number of streams, and of requests that can be cancelled, at the workers. */
  get _openJobs(): number {
    return this.#jobs.size;
  }

  /** Fulfilled when the farm has stopped or failed and every process has exited. */
  get stopped(): Promise<void> {
    return this.#down.promise;
  }

  /** The number of workers that take messages now. */
  get readyCount(): number {
    return this.#slots.filter((slot) => slot.worker?.ready).length;
  }

  /**
   * Waits until every worker takes messages. Requests need not wait: the first ready worker serves
   * them.
   *
   * @throws WorkerError when the workers cannot be started.
   * @throws DividereError `TIMEOUT` or `CLOSED`, or the signal's reason.
   */
  waitUntilReady(options?: WaitOptions): Promise<void> {
    const ready = this.#readiness.wait(
      options,
      () => `with ${this.readyCount} of ${this.#slots.length} workers of ${this.module} ready`,
    );
    this.#settleReadyWaits();
    return ready;
  }

  /** Calls `listener` at each change of a worker's state, until the returned function is called. */
  onStatus(listener: (status: WorkerStatus) => void): () => void {
    return this.#listeners.add(listener);
  }

  /**
   * Stops in order: refuses new requests, lets the workers finish and answer the messages in hand,
   * then ends them. Fulfilled when every process has exited. {@link close} ends a stuck handler.
   */
  stop(): Promise<void> {
    this.#stopping ??= this.#drain();
    return this.#stopping;
  }

  /** Kills the processes at once; answers no open request. May be repeated, and follow `stop()`. */
  close(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#stopping ??= this.#allExited();
    for (const slot of this.#slots) {
      clearTimeout(slot.restart);
      slot.worker?.kill();
    }
    this.#front?.close();
    this.#source?.close();
    this.#dispatcher.dispatch();
    this.#settleReadyWaits();
    if (this.#folder !== undefined) rmSync(this.#folder, { recursive: true, force: true });
    void this.#allExited().then(this.#down.resolve);
  }

  /** The same as {@link stop}, for `await using`. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  async #drain(): Promise<void> {
    // Lets the caller set #stopping before the code below reads it.
    await Promise.resolve();
    this.#source?.close();
    this.#dispatcher.dispatch();
    for (const slot of this.#slots) {
      clearTimeout(slot.restart);
      slot.worker?.stop();
    }
    await this.#allExited();
    await this.#replies.flush();
    this.close();
  }

  async #allExited(): Promise<void> {
    await Promise.all(this.#slots.map((slot) => slot.worker?.exited));
  }

  #start(slot: Slot): void {
    const life = this.#lives++;
    slot.restart = undefined;
    const worker: MpWorker = new MpWorker(
      planOf({
        module: this.module,
        options: this.#options,
        concurrency: this.#concurrency,
        execArgv: this.#execArgv,
        folder: this.#folder,
        index: slot.index,
        life,
      }),
      {
        onReady: (topics) => this.#ready(slot, worker, topics),
        onFreed: () => this.#dispatcher.dispatch(),
        onReply: (reply) => this.#replies.send(reply),
        onStopping: () => void this.stop(),
        onGone: (end) => this.#gone(slot, worker, end),
      },
    );
    slot.worker = worker;
  }

  #ready(slot: Slot, worker: MpWorker, topics: readonly Uint8Array[]): void {
    if (this.closed) return;
    slot.readyAt = performance.now();
    slot.failedStarts = 0;
    for (const topic of topics) {
      const key = Buffer.from(topic).toString("latin1");
      if (!this.#topics.has(key)) this.#source?.subscribe(topic);
      this.#topics.add(key);
    }
    if (this.#allReady()) this.#hasBeenReady = true;
    this.#listeners.emit({ type: "ready", worker: slot.index, pid: worker.pid });
    this.#settleReadyWaits();
    this.#dispatcher.dispatch();
  }

  #gone(slot: Slot, worker: MpWorker, end: WorkerEnd): void {
    const { error, requests, events } = end;
    for (const request of requests) this.#replies.refuseLost(request);
    if (error === undefined) {
      this.#listeners.emit({ type: "stopped", worker: slot.index, pid: worker.pid });
      return;
    }
    if (!end.wasReady && !this.#hasBeenReady) {
      // A failure at the start would recur.
      this.#fail(error);
      return;
    }
    const restartInMs = this.#restart(slot, end);
    const lost = { requests: requests.length, events };
    const details = { worker: slot.index, pid: worker.pid, lost, restartInMs };
    log("messaging", "error", details, error.message);
    this.#listeners.emit({ type: "crashed", error, ...details });
    if (this.#slots.every((each) => each.abandoned)) this.#fail(error);
  }

  /** Schedules the worker's replacement, and returns the time until then; see {@link noteCrash}. */
  #restart(slot: Slot, { wasReady }: WorkerEnd): number | undefined {
    const delayMs = this.closed ? undefined : noteCrash(slot, wasReady);
    if (delayMs === undefined) return undefined;
    slot.restart = setTimeout(() => {
      try {
        this.#start(slot);
      } catch (error) {
        this.#fail(toError(error));
      }
    }, delayMs);
    return delayMs;
  }

  #fail(error: Error): void {
    if (this.closed) return;
    this.#failure = error;
    // The error that the module threw, if any, says more than this error.
    log("messaging", "error", { err: error.cause ?? error }, error.message);
    this.close();
    this.#listeners.emit({ type: "failed", error });
  }

  #allReady(): boolean {
    return this.readyCount === this.#slots.length;
  }

  #settleReadyWaits(): void {
    if (this.closed) {
      const stopped = new DividereError("CLOSED", `The workers of ${this.module} were stopped`);
      this.#readiness.reject(this.#failure ?? stopped);
    } else if (this.#allReady()) this.#readiness.resolve();
  }
}
