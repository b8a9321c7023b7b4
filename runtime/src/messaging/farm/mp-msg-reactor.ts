import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { isAbsolute, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { serialize } from "node:v8";
import { DividereError, RequestError, toError } from "../../base/errors.js";
import { log } from "../../base/log.js";
import { type Deferred, openWait, type WaitOptions } from "../../base/wait.js";
import type { Routed } from "../../connection/frames/routed.js";
import { Router } from "../../connection/router.js";
import type { Endpoints } from "../../connection/socket/endpoint.js";
import { Subscriber } from "../../connection/subscriber.js";
import type { Envelope } from "../envelope/format.js";
import { readEnvelope } from "../envelope/parse.js";
import { refusal } from "../envelope/reply.js";
import { inheritedExecArgv } from "./exec-argv.js";
import { WorkerError } from "./worker-error.js";
import { MpWorker, type WorkerEnd } from "./worker-process.js";

/**
 * What a {@link MpMsgReactor} can be told. At least one of `serve` and `subscribe` has to be given.
 */
export interface MpMsgReactorOptions {
  /** Where to serve requests; an endpoint with `*` binds. */
  readonly serve?: Endpoints;
  /** Where the events are published. */
  readonly subscribe?: Endpoints;
  /**
   * How many processes. As many as the machine runs at a time by default,
   * `os.availableParallelism()`.
   */
  readonly workers?: number;
  /**
   * How many messages one process has in hand at a time; further ones wait in this process's socket
   * for the next that is free. 1 by default: a handler that computes gains nothing from more, and a
   * crash loses no more. Raise it for handlers that wait, for a database say.
   */
  readonly concurrency?: number;
  /** The name of the module's export that is the reactor class. `"default"` by default. */
  readonly export?: string;
  /** Given to each reactor's `initWorker`; a copy, so no functions or class instances. */
  readonly data?: unknown;
  /**
   * How often {@link MtMsgReactor.idle} is called in a process that has nothing to do, in
   * milliseconds. 100 by default.
   */
  readonly idleIntervalMs?: number;
  /**
   * The options of `node` for the processes. By default those of this process, such as
   * `--import tsx`, but for the debugger's.
   */
  readonly execArgv?: readonly string[];
}

/** What a reactor's `initWorker` is given. */
export interface WorkerContext<D = unknown> {
  /** Which of the workers this is, from 0; one that replaces another has its number. */
  readonly index: number;
  /** What the farm was given as `data`. */
  readonly data: D;
}

/**
 * A reactor that gets ready before its first message when it runs in a worker process; see
 * {@link MpMsgReactor}.
 */
export interface InitWorker<D = unknown> {
  /**
   * Called once, after the constructor and before the first message; a promise is waited for.
   * Throwing fails the worker.
   */
  initWorker(worker: WorkerContext<D>): void | Promise<void>;
}

/**
 * Something that happened to the worker processes, told apart by `type`; `worker` is the number of
 * the worker, from 0.
 *
 * - `ready` – it takes messages.
 * - `stopped` – it has ended as it was told to.
 * - `crashed` – it has ended by itself. `lost` tells how many requests (refused to their senders)
 *   and events it had in hand, `restartInMs` when it is replaced; `undefined` when it is not, after
 *   five starts in a row that failed.
 * - `failed` – no worker is left, and the farm has closed itself.
 */
export type WorkerStatus =
  | { readonly type: "ready"; readonly worker: number; readonly pid: number | undefined }
  | { readonly type: "stopped"; readonly worker: number; readonly pid: number | undefined }
  | {
      readonly type: "crashed";
      readonly worker: number;
      readonly pid: number | undefined;
      readonly error: WorkerError;
      readonly lost: { readonly requests: number; readonly events: number };
      readonly restartInMs: number | undefined;
    }
  | { readonly type: "failed"; readonly error: Error };

/** The wait before a worker is replaced: doubled with each crash in a row. */
const FIRST_RESTART_MS = 100;
const LONGEST_RESTART_MS = 10_000;
/** A worker that ran so long was well; its crash is the first of a new row. */
const WELL_AFTER_MS = 10_000;
/** How many starts in a row may fail once the farm has been ready. */
const FAILED_STARTS = 5;
/**
 * The longest path of a Unix socket is 103 bytes on macOS, 107 on Linux; the file's own name takes
 * some.
 */
const LONGEST_FOLDER_BYTES = 80;

/** The place of one worker, whichever process has it. */
interface Slot {
  readonly index: number;
  worker: MpWorker | undefined;
  crashes: number;
  failedStarts: number;
  readyAt: number;
  restart: NodeJS.Timeout | undefined;
  abandoned: boolean;
}

/**
 * The handlers of a reactor in child processes, on every core of the machine behind one endpoint
 * (Python: `messaging.MpMsgReactor`, which has one child).
 *
 * The reactor is named rather than passed: `module` exports its class, generated or a hand-written
 * {@link MtMsgReactor}, and each process makes one of it with
 * `new Class({ serve, subscribe }, options)`, the endpoints being private ones to this process. If
 * it has a method {@link InitWorker.initWorker}, that runs in each process before the first message
 * (Python: `initThread`).
 *
 * A request goes to the process that has the least in hand, if that is fewer than `concurrency`;
 * until there is one it waits. An event is handed to one of the processes in the same way, so each
 * is handled once; only with one worker are events handled in the order of their arrival.
 *
 * A process that crashes is replaced, after 100 ms and then twice as long for each further crash in
 * a row, up to 10 s. The requests that it had in hand are refused with the status `WORKER_LOST`:
 * they may have been carried out in part, so sending them again is for the sender to decide. Events
 * that it had in hand are lost. If at the start a process does not get ready – the module does not
 * load, or the reactor throws – the farm fails as a whole.
 *
 * The processes inherit this one's environment, standard output and standard error, and end when it
 * does, however that comes. They leave SIGINT and SIGTERM to it. A reactor that stops by itself, on
 * a `ShutdownEvent` say, stops the farm.
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
  /** Messages that wait for a worker; called without one when none will come. */
  readonly #waiting: ((worker: MpWorker | undefined) => void)[] = [];
  readonly #readyWaits = new Set<Deferred<void>>();
  readonly #listeners = new Set<(status: WorkerStatus) => void>();
  readonly #sending = new Set<Promise<void>>();
  #lives = 0;
  #lastServed = 0;
  #hasBeenReady = false;
  #failure: Error | undefined;
  #stopping: Promise<void> | undefined;
  #ended = false;

  /**
   * Binds or connects at once, and starts the processes.
   *
   * @param module - Where the reactor's module is: `new URL("./my-reactor.js", import.meta.url)`,
   *   or an absolute path. Where there is no `.js` but a `.ts`, as under tsx, that is meant.
   * @throws ConnectionError when an endpoint is invalid or cannot be bound.
   * @throws WorkerError when `module` or `data` cannot be given to another process.
   */
  constructor(module: URL | string, options: MpMsgReactorOptions) {
    this.module = locate(module);
    this.#options = options;
    this.#concurrency = Math.max(1, options.concurrency ?? 1);
    this.#execArgv = options.execArgv ?? inheritedExecArgv(process.execArgv);
    checkData(this.module, options.data);
    if (options.serve === undefined && options.subscribe === undefined) {
      throw new DividereError(
        "ENDPOINT_INVALID",
        "A reactor in worker processes needs something to read from; give the option serve or subscribe",
      );
    }
    const count = Math.max(1, Math.trunc(options.workers ?? availableParallelism()));
    this.#slots = Array.from({ length: count }, (_, index) => emptySlot(index));
    try {
      if (options.serve !== undefined) this.#front = new Router(options.serve);
      if (options.subscribe !== undefined)
        this.#source = new Subscriber(options.subscribe, { topics: [] });
      this.#folder = privateFolder();
      for (const slot of this.#slots) this.#start(slot);
    } catch (error) {
      this.close();
      throw error;
    }
    if (this.#front !== undefined) void this.#serveRequests(this.#front);
    if (this.#source !== undefined) void this.#serveEvents(this.#source);
  }

  /**
   * The endpoints of `serve` and then of `subscribe`, those that are bound as libzmq resolved them.
   */
  get endpoints(): readonly string[] {
    return [...(this.#front?.endpoints ?? []), ...(this.#source?.endpoints ?? [])];
  }

  /** Whether it has been told to stop or to close, or has failed. */
  get closed(): boolean {
    return this.#stopping !== undefined;
  }

  /** How many workers take messages now. */
  get readyCount(): number {
    return this.#slots.filter((slot) => slot.worker?.ready).length;
  }

  /**
   * Fulfilled once every worker takes messages, at once if they do. Requests need not wait for it:
   * they are served from the first that is ready.
   *
   * @throws WorkerError when the workers cannot be started.
   * @throws DividereError `TIMEOUT` or `CLOSED`, or the signal's reason.
   */
  waitUntilReady(options?: WaitOptions): Promise<void> {
    const wait: Deferred<void> = openWait<void>(
      options,
      () => `with ${this.readyCount} of ${this.#slots.length} workers of ${this.module} ready`,
      () => this.#readyWaits.delete(wait),
    );
    this.#readyWaits.add(wait);
    this.#settleReadyWaits();
    return wait.promise;
  }

  /**
   * Calls `listener` whenever something happens to a worker, from now on and until the returned
   * function is called.
   */
  onStatus(listener: (status: WorkerStatus) => void): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  /**
   * Stops in order: refuses requests that still come, lets the workers finish what they have in
   * hand and answer, then ends them. Fulfilled when every process has exited. A handler that takes
   * for ever is ended by {@link close}.
   */
  stop(): Promise<void> {
    this.#stopping ??= this.#drain();
    return this.#stopping;
  }

  /**
   * Kills the processes and closes the links at once; requests in hand are not answered. May be
   * called again, and after {@link stop}.
   */
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
    this.#dispatch();
    this.#settleReadyWaits();
    if (this.#folder !== undefined) rmSync(this.#folder, { recursive: true, force: true });
  }

  /** The same as {@link stop}, for `await using`. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  async #drain(): Promise<void> {
    // So that #stopping is set before anything below looks at it.
    await Promise.resolve();
    this.#source?.close();
    this.#dispatch();
    for (const slot of this.#slots) {
      clearTimeout(slot.restart);
      slot.worker?.stop();
    }
    await this.#allExited();
    while (this.#sending.size > 0) await Promise.all(this.#sending);
    this.close();
  }

  async #allExited(): Promise<void> {
    await Promise.all(this.#slots.map((slot) => slot.worker?.exited));
  }

  #start(slot: Slot): void {
    const life = this.#lives++;
    const { serve, subscribe } = this.#options;
    // Without Unix sockets a free port, which any process of this machine could connect to.
    const endpoint = (name: string): string =>
      this.#folder === undefined ? "tcp://127.0.0.1:*" : `ipc://${join(this.#folder, name + life)}`;
    slot.restart = undefined;
    const worker: MpWorker = new MpWorker(
      {
        index: slot.index,
        module: this.module,
        exportName: this.#options.export ?? "default",
        execArgv: this.#execArgv,
        reactorOptions: {
          concurrency: this.#concurrency,
          ...(this.#options.idleIntervalMs !== undefined && {
            idleIntervalMs: this.#options.idleIntervalMs,
          }),
        },
        data: this.#options.data,
        folder: this.#folder,
        serve: serve === undefined ? undefined : endpoint("r"),
        subscribe: subscribe === undefined ? undefined : endpoint("e"),
      },
      {
        onReady: (topics) => this.#ready(slot, worker, topics),
        onFreed: () => this.#dispatch(),
        onReply: (reply) => this.#send(reply),
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
    this.#emit({ type: "ready", worker: slot.index, pid: worker.pid });
    this.#settleReadyWaits();
    this.#dispatch();
  }

  #gone(slot: Slot, worker: MpWorker, end: WorkerEnd): void {
    const { error, requests, events } = end;
    for (const request of requests) {
      this.#refuse(
        request,
        "WORKER_LOST",
        "The process that had the request in hand ended before it answered; it may have been carried out in part",
      );
    }
    if (error === undefined) {
      this.#emit({ type: "stopped", worker: slot.index, pid: worker.pid });
      return;
    }
    if (!end.wasReady && !this.#hasBeenReady) {
      // What fails at the start fails again.
      this.#fail(error);
      return;
    }
    const restartInMs = this.#restart(slot, end);
    const status: WorkerStatus = {
      type: "crashed",
      worker: slot.index,
      pid: worker.pid,
      error,
      lost: { requests: requests.length, events },
      restartInMs,
    };
    const { type, error: _, ...details } = status;
    log("messaging", "error", details, error.message);
    this.#emit(status);
    if (this.#slots.every((each) => each.abandoned)) this.#fail(error);
  }

  /**
   * Has the worker replaced, and tells after how long; not once too many starts in a row have
   * failed.
   */
  #restart(slot: Slot, { wasReady }: WorkerEnd): number | undefined {
    if (this.closed) return undefined;
    if (!wasReady && ++slot.failedStarts >= FAILED_STARTS) {
      slot.abandoned = true;
      return undefined;
    }
    if (wasReady && performance.now() - slot.readyAt >= WELL_AFTER_MS) slot.crashes = 0;
    const delayMs = Math.min(FIRST_RESTART_MS * 2 ** slot.crashes, LONGEST_RESTART_MS);
    slot.crashes++;
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
    // Where the module threw, that says more than where this noticed.
    log("messaging", "error", { err: error.cause ?? error }, error.message);
    this.close();
    this.#emit({ type: "failed", error });
  }

  async #serveRequests(front: Router): Promise<void> {
    try {
      while (!front.closed) {
        const request = await front.recv();
        const handed = await this.#whenFree((worker) => worker.request(request));
        if (!handed) {
          this.#refuse(
            request,
            "STOPPING",
            "The other side is shutting down and takes no more requests",
          );
        }
      }
    } catch (error) {
      if (!front.closed) this.#fail(toError(error));
    }
  }

  async #serveEvents(source: Subscriber): Promise<void> {
    try {
      while (!source.closed) {
        const event = await source.recv();
        await this.#whenFree((worker) => worker.event(event));
      }
    } catch (error) {
      if (!source.closed) this.#fail(toError(error));
    }
  }

  /** Hands a message to the next worker that is free; `false` when none will be. */
  #whenFree(handOut: (worker: MpWorker) => void): Promise<boolean> {
    return new Promise((resolve) => {
      this.#waiting.push((worker) => {
        if (worker !== undefined) handOut(worker);
        resolve(worker !== undefined);
      });
      this.#dispatch();
    });
  }

  #dispatch(): void {
    for (let next = this.#waiting[0]; next !== undefined; next = this.#waiting[0]) {
      const worker = this.closed ? undefined : this.#leastBusy();
      if (worker === undefined && !this.closed) return;
      this.#waiting.shift();
      next(worker);
    }
  }

  #leastBusy(): MpWorker | undefined {
    let best: { worker: MpWorker; position: number } | undefined;
    // Beginning behind the last one served, so that equals take turns.
    for (let step = 1; step <= this.#slots.length; step++) {
      const position = (this.#lastServed + step) % this.#slots.length;
      const worker = this.#slots[position]?.worker;
      if (worker === undefined || !worker.ready || worker.busy >= this.#concurrency) continue;
      if (best === undefined || worker.busy < best.worker.busy) best = { worker, position };
    }
    if (best !== undefined) this.#lastServed = best.position;
    return best?.worker;
  }

  #refuse(request: Routed<Uint8Array>, status: string, message: string): void {
    let envelope: Envelope | undefined;
    try {
      envelope = readEnvelope(request.message);
    } catch {
      // Its sender gets what any peer can decode.
    }
    const frame = refusal(envelope, new RequestError(status, message));
    this.#send({ route: request.route, message: frame });
  }

  #send(reply: Routed<Uint8Array>): void {
    if (this.#front === undefined || this.#front.closed) return;
    const sent: Promise<void> = this.#front
      .send(reply)
      .catch((error) => log("messaging", "warn", { err: error }, "an answer was lost"))
      .finally(() => this.#sending.delete(sent));
    this.#sending.add(sent);
  }

  #allReady(): boolean {
    return this.readyCount === this.#slots.length;
  }

  #settleReadyWaits(): void {
    for (const wait of [...this.#readyWaits]) {
      if (this.#failure !== undefined) wait.reject(this.#failure);
      else if (this.closed)
        wait.reject(new DividereError("CLOSED", `The workers of ${this.module} were stopped`));
      else if (this.#allReady()) wait.resolve();
      if (wait.settled) this.#readyWaits.delete(wait);
    }
  }

  #emit(status: WorkerStatus): void {
    for (const listener of [...this.#listeners]) {
      try {
        listener(status);
      } catch (error) {
        log("messaging", "error", { err: error }, "a listener of a worker's status threw");
      }
    }
  }
}

function emptySlot(index: number): Slot {
  return {
    index,
    worker: undefined,
    crashes: 0,
    failedStarts: 0,
    readyAt: 0,
    restart: undefined,
    abandoned: false,
  };
}

/**
 * The module's URL. A path that ends in .js may stand for a TypeScript file, as an import does
 * under tsx.
 */
function locate(module: URL | string): string {
  const text = String(module);
  const url = isAbsolute(text) ? pathToFileURL(text).href : text;
  if (!url.startsWith("file:")) {
    throw new WorkerError(
      "WORKER_FAILED",
      text,
      `${JSON.stringify(text)} names no module of a reactor; write new URL("./my-reactor.js", import.meta.url)`,
    );
  }
  const source = url.replace(/\.([cm]?)js$/, ".$1ts");
  return !existsSync(fileURLToPath(url)) && existsSync(fileURLToPath(source)) ? source : url;
}

function checkData(module: string, data: unknown): void {
  try {
    serialize(data);
  } catch (error) {
    throw new WorkerError(
      "WORKER_FAILED",
      module,
      `The option data cannot be copied to another process: ${toError(error).message}`,
      { cause: error },
    );
  }
}

/** A folder that only this user can enter, for the sockets between the processes. */
function privateFolder(): string | undefined {
  const parent = tmpdir();
  if (process.platform === "win32" || Buffer.byteLength(parent) > LONGEST_FOLDER_BYTES)
    return undefined;
  return mkdtempSync(join(parent, "dividere-"));
}
