import { availableParallelism } from "node:os";
import { builtin } from "../../base/builtin.js";
import {
  type Drained,
  type DrainOptions,
  NOTHING_GIVEN_UP,
  waitUntilDone,
} from "../../base/drain.js";
import { DividereError } from "../../base/errors.js";
import { Listeners } from "../../base/listeners.js";
import { log } from "../../base/log.js";
import { openWait, type WaitOptions } from "../../base/wait.js";
import { Router } from "../../connection/router.js";
import { Subscriber } from "../../connection/subscriber.js";
import type { ReactorStats } from "../stats/reactor-stats.js";
import { Crew } from "./crew.js";
import { Dispatcher } from "./dispatcher.js";
import { handOutEvents, handOutRequests, subscribeTo } from "./intake.js";
import { FarmIntrospection } from "./introspection/farm-introspection.js";
import { OpenJobs } from "./open-jobs.js";
import { type MpMsgReactorOptions, sourceOptions } from "./options.js";
import { privateFolder } from "./private-folder.js";
import { inheritedExecArgv } from "./process/exec-argv.js";
import { checkData, locate } from "./process/worker-module.js";
import { Readiness } from "./readiness.js";
import { ReplySender } from "./reply-sender.js";
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
  readonly #folder: string | undefined;
  readonly #front: Router | undefined;
  readonly #source: Subscriber | undefined;
  readonly #topics = new Set<string>();
  readonly #crew: Crew;
  readonly #dispatcher: Dispatcher;
  readonly #replies: ReplySender;
  readonly #introspection: FarmIntrospection;
  readonly #jobs = new OpenJobs();
  readonly #readiness = new Readiness();
  readonly #listeners = new Listeners<WorkerStatus>("messaging");
  #failure: Error | undefined;
  #drained: Promise<Drained> | undefined;
  #stopping: Promise<Drained> | undefined;
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
    checkData(this.module, options.data);
    const secured = sourceOptions(options);
    const count = Math.max(1, Math.trunc(options.workers ?? availableParallelism()));
    const concurrency = Math.max(1, options.concurrency ?? 1);
    this.#crew = this.#makeCrew(count, concurrency);
    this.#introspection = new FarmIntrospection(options, this.#crew, concurrency, this);
    const ended = () => this.#stopping !== undefined;
    this.#dispatcher = new Dispatcher(this.#crew.slots, concurrency, ended);
    try {
      if (options.serve !== undefined) this.#front = new Router(options.serve, secured, "bind");
      if (options.subscribe !== undefined)
        this.#source = new Subscriber(options.subscribe, { ...secured, topics: [] });
      this.#introspection.serve(this.#front, this.#source);
      this.#replies = new ReplySender(this.#front, (reply) => this.#jobs.abandon(reply));
      this.#folder = privateFolder();
      this.#crew.start();
    } catch (error) {
      this.close();
      throw error;
    }
    const fail = (error: Error): void => this.#fail(error);
    handOutRequests(
      this.#front,
      this.#dispatcher,
      this.#jobs,
      this.#replies,
      this.#introspection,
      () => this.closed,
    ).catch(fail);
    handOutEvents(this.#source, this.#dispatcher, this.#introspection).catch(fail);
  }

  /** The endpoints of `serve`, then of `subscribe`; bound endpoints as libzmq resolved them. */
  get endpoints(): readonly string[] {
    return [...(this.#front?.endpoints ?? []), ...(this.#source?.endpoints ?? [])];
  }

  /** The id of this object: random, and new at every start. */
  get instance(): string {
    return this.#introspection.vitals.instance;
  }

  /** The counters of all workers' messages, as this process sees them; see docs/introspection.md. */
  get stats(): ReactorStats {
    return this.#introspection.stats;
  }

  /** Whether the farm was told to stop, to drain or to close, or has failed. */
  get closed(): boolean {
    return this.#stopping !== undefined || this.#drained !== undefined;
  }

  /** @internal The number of streams, and of requests that can be cancelled, at the workers. */
  get _openJobs(): number {
    return this.#jobs.size;
  }

  /** @internal The number of messages that wait for a worker. */
  get _waiting(): number {
    return this.#dispatcher.length;
  }

  /** Fulfilled when the farm has stopped or failed and every process has exited. */
  get stopped(): Promise<void> {
    return this.#down.promise;
  }

  /** The number of workers that take messages now. */
  get readyCount(): number {
    return this.#crew.readyCount;
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
      () => `with ${this.readyCount} of ${this.#crew.slots.length} workers of ${this.module} ready`,
    );
    this.#settleReadyWaits();
    return ready;
  }

  /** Calls `listener` at each change of a worker's state, until the returned function is called. */
  onStatus(listener: (status: WorkerStatus) => void): () => void {
    return this.#listeners.add(listener);
  }

  /**
   * Stops in order: refuses new requests and those that wait for a worker, lets the workers finish and
   * answer the messages in hand, then ends them. Fulfilled when every process has exited. Workers that
   * are not done after `stopTimeoutMs` are killed, and their requests refused with `WORKER_LOST`.
   */
  async stop(): Promise<void> {
    this.#stopping ??= this.#end(this.#stopTimeoutMs);
    await this.#stopping;
  }

  /**
   * Stops as {@link stop} does, within a time of its own, lets the requests that wait for a worker be
   * handled too, and tells what it gave up: messages that waited (`queued`), and those that a killed
   * worker had in hand (`inFlight`).
   */
  drain({ timeoutMs = this.#stopTimeoutMs }: DrainOptions = {}): Promise<Drained> {
    this.#drained ??= this.#stopping ?? this.#drain(timeoutMs);
    return this.#drained;
  }

  /** Kills the processes at once; answers no open request. May be repeated, and follow `stop()`. */
  close(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#stopping ??= this.#crew.exited().then(() => NOTHING_GIVEN_UP);
    this.#crew.kill();
    this.#introspection.close();
    this.#front?.close();
    this.#source?.close();
    this.#dispatcher.dispatch();
    this.#settleReadyWaits();
    if (this.#folder !== undefined)
      builtin("node:fs").rmSync(this.#folder, { recursive: true, force: true });
    void this.#crew.exited().then(this.#down.resolve);
  }

  /** The same as {@link stop}, for `await using`. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  get #stopTimeoutMs(): number {
    return this.#options.stopTimeoutMs ?? 30_000;
  }

  async #drain(timeoutMs: number): Promise<Drained> {
    const deadline = performance.now() + timeoutMs;
    this.#source?.close();
    await waitUntilDone(
      () => this.#stopping !== undefined || this.#dispatcher.length + this.#crew.busy === 0,
      timeoutMs,
    );
    this.#stopping ??= this.#end(deadline - performance.now());
    return this.#stopping;
  }

  async #end(timeoutMs: number): Promise<Drained> {
    // Lets the caller set #stopping before the code below reads it.
    await Promise.resolve();
    this.#source?.close();
    this.#introspection.stop();
    const queued = this.#dispatcher.length;
    this.#dispatcher.dispatch();
    const inFlight = await this.#crew.end(timeoutMs, this.endpoints);
    await this.#replies.flush();
    this.close();
    return { queued, inFlight };
  }

  #makeCrew(count: number, concurrency: number): Crew {
    const options = this.#options;
    const execArgv = options.execArgv ?? inheritedExecArgv(process.execArgv);
    const settings = { module: this.module, options, concurrency, execArgv };
    return new Crew(count, {
      plan: (index, life) => planOf({ ...settings, folder: this.#folder, index, life }),
      goesOn: () => this.#stopping === undefined,
      ready: (topics, description) => {
        this.#introspection.learn(description);
        subscribeTo(topics, this.#source, this.#topics);
      },
      freed: () => this.#dispatcher.dispatch(),
      reply: (reply) => this.#replies.send(reply),
      lost: (request) => this.#replies.refuseLost(request),
      stopping: () => void this.stop(),
      failed: (error) => this.#fail(error),
      tell: (status) => {
        this.#listeners.emit(status);
        if (status.type !== "ready") return;
        this.#settleReadyWaits();
        this.#dispatcher.dispatch();
      },
    });
  }

  #fail(error: Error): void {
    if (this.#stopping !== undefined) return;
    this.#failure = error;
    // The error that the module threw, if any, says more than this error.
    log("messaging", "error", { err: error.cause ?? error }, error.message);
    this.close();
    this.#listeners.emit({ type: "failed", error });
  }

  #settleReadyWaits(): void {
    if (this.closed) {
      const stopped = new DividereError("CLOSED", `The workers of ${this.module} were stopped`);
      this.#readiness.reject(this.#failure ?? stopped);
    } else if (this.#crew.allReady) this.#readiness.resolve();
  }
}
