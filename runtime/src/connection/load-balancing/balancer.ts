import { Background } from "../../base/background.js";
import { DRAIN_MS, type Drained, type DrainOptions, waitUntilDone } from "../../base/drain.js";
import { toError } from "../../base/errors.js";
import { log } from "../../base/log.js";
import type { WaitOptions } from "../../base/wait.js";
import { type Frames, messageOf } from "../frames/routed.js";
import { Fifo } from "../queue/fifo.js";
import { RelaySocket } from "../relay/relay-socket.js";
import type { Listening } from "../socket/listening.js";
import { routerSocket } from "../socket/routing.js";
import { isPeerGone, listenToBoth, type SidedStatusEvent, sideOptions } from "../two-sided.js";
import {
  type BrokerCounters,
  type BrokerOptions,
  type BrokerWorkers,
  noCounts,
} from "./broker-options.js";
import { closedError, fullError, stoppingError } from "./errors.js";
import type { AnswerBatches, BrokerSignals } from "./signals.js";
import { deadlineOf, type Waiting } from "./waiting.js";
import { WorkerTable } from "./worker-table.js";
import { WorkerWaits } from "./worker-waits.js";

/**
 * The implementation that both brokers share: two ROUTER sockets, a queue, a table of workers. A
 * request goes to the worker that has been free longest, and the worker is busy until it answers.
 */
export abstract class Balancer implements AsyncDisposable {
  readonly #frontend: RelaySocket;
  readonly #backend: RelaySocket;
  readonly #signals: BrokerSignals;
  readonly #batches: AnswerBatches | undefined;
  readonly #queueLimit: number;
  readonly #workers: WorkerTable;
  readonly #queue = new Fifo<Waiting>();
  readonly #counters = noCounts();
  readonly #waits = new WorkerWaits();
  readonly #loops: readonly Promise<void>[];
  readonly #background: Background;
  #stopping: Promise<void> | undefined;
  #drained: Promise<Drained> | undefined;

  protected constructor(
    frontend: Listening,
    backend: Listening,
    options: BrokerOptions,
    signals: BrokerSignals,
  ) {
    this.#signals = signals;
    this.#queueLimit = options.queueLimit ?? 1_000;
    this.#workers = new WorkerTable({
      heartbeatIntervalMs: options.heartbeatIntervalMs ?? 3_000,
      ask: (worker) => void this.#ask(worker),
      lost: (worker) => this.#lost(worker, "was silent for too long"),
    });
    const { frontendOptions, backendOptions } = sideOptions(options);
    this.#frontend = new RelaySocket(routerSocket(frontendOptions), frontend, frontendOptions);
    try {
      this.#backend = new RelaySocket(routerSocket(backendOptions), backend, backendOptions);
    } catch (error) {
      this.#frontend.close();
      throw error;
    }
    this.#batches = signals.together?.(this.#frontend);
    this.#background = new Background("connection", this, () => [
      ...this.frontendEndpoints,
      ...this.backendEndpoints,
    ]);
    this.#loops = [
      this.#read(this.#frontend, (frames) => this.#fromClient(frames)),
      this.#read(this.#backend, (frames) => this.#fromWorker(frames)),
    ];
  }

  /** The endpoints for clients, as libzmq resolved them. */
  get frontendEndpoints(): readonly string[] {
    return this.#frontend.endpoints;
  }

  /** The endpoints for workers, as libzmq resolved them. */
  get backendEndpoints(): readonly string[] {
    return this.#backend.endpoints;
  }

  /** The current numbers of known workers. */
  get workers(): BrokerWorkers {
    return { free: this.#workers.free, busy: this.#workers.busy };
  }

  /** The current number of requests that wait for a worker. */
  get queued(): number {
    return this.#queue.size;
  }

  /** The counters since the broker's start. */
  get counters(): BrokerCounters {
    return { ...this.#counters };
  }

  /** Fulfilled when the broker has stopped, after {@link stop} or a failure of its sockets. */
  get stopped(): Promise<void> {
    return this.#background.stopped;
  }

  /** Whether {@link stop} was called. */
  get closed(): boolean {
    return this.#stopping !== undefined;
  }

  /**
   * Waits until the broker knows `count` workers, busy or free.
   *
   * @throws DividereError `TIMEOUT` or `CLOSED`, or the signal's reason.
   */
  waitForWorkers(count = 1, options?: WaitOptions): Promise<void> {
    const wait = this.#waits.add(
      count,
      options,
      () =>
        `while the broker at ${this.backendEndpoints.join(", ")} waited for ${count} worker${count === 1 ? "" : "s"}; it knows ${this.#workers.known}${this.#backend._hint}`,
    );
    if (this.closed) wait.reject(closedError(this.#backend));
    this.#waits.tell(this.#workers.known);
    return wait.promise;
  }

  /**
   * Calls `listener` at each change of either socket's state, until the returned function is
   * called.
   */
  onStatus(listener: (event: SidedStatusEvent) => void): () => void {
    return listenToBoth(this.#frontend, this.#backend, listener);
  }

  /**
   * Stops forwarding and closes both sockets; messages that libzmq has already accepted have
   * `lingerMs` to leave. Requests that wait for a worker are refused if a client can be told, and
   * dropped otherwise; so are the answers of busy workers. Fulfilled when both sockets are closed
   * and their ports can be bound again. Repeated calls do nothing more.
   */
  stop(): Promise<void> {
    this.#stopping ??= this.#end();
    return this.#stopping;
  }

  /**
   * Refuses further requests, waits for the answers of the workers and for the requests in the queue,
   * then stops; tells what it gave up. Requests that wait while no worker is known are given up at once.
   */
  drain({ timeoutMs = DRAIN_MS }: DrainOptions = {}): Promise<Drained> {
    this.#drained ??= this.#drain(timeoutMs);
    return this.#drained;
  }

  /** The same as {@link stop}, for `await using`. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  async #drain(timeoutMs: number): Promise<Drained> {
    const workers = this.#workers;
    await waitUntilDone(
      () => this.closed || (workers.busy === 0 && (this.queued === 0 || workers.known === 0)),
      timeoutMs,
    );
    const given = { queued: this.queued, inFlight: workers.busy };
    await this.stop();
    return given;
  }

  async #end(): Promise<void> {
    this.#workers.clear();
    this.#waits.close(closedError(this.#backend));
    const waiting = this.#queue.clear();
    await Promise.all(waiting.map(({ request }) => this.#refuse(request, stoppingError())));
    await Promise.all([this.#frontend._shut(), this.#backend._shut()]);
    await Promise.all(this.#loops);
    this.#background.end();
  }

  async #read(from: RelaySocket, take: (frames: Frames) => void): Promise<void> {
    try {
      await from.read((frames) => {
        if (!this.closed) take(frames);
        return undefined;
      });
    } catch (error) {
      if (this.closed) return;
      log("connection", "error", { err: error }, `a broker stops: ${toError(error).message}`);
      void this.stop();
    }
  }

  #fromClient(request: Frames): void {
    let deadline: number;
    try {
      const inspected = this.#signals.inspect?.(messageOf(request)) ?? {};
      this.#batches?.note(request, inspected);
      deadline = deadlineOf(inspected);
    } catch (error) {
      this.#counters.malformed++;
      void this.#refuse(request, error);
      return;
    }
    const takes = this.#drained === undefined;
    // While a worker is free, no request waits.
    if (takes && (this.#workers.free > 0 || this.#queue.size < this.#queueLimit)) {
      this.#queue.push({ request, deadline });
      this.#dispatch();
      return;
    }
    this.#counters.overflowed++;
    const full = takes ? fullError(this.#backend, this.#queueLimit) : stoppingError();
    void this.#refuse(request, full);
  }

  #fromWorker(frames: Frames): void {
    const worker = frames[0];
    if (worker === undefined || frames.length === 1) return;
    if (frames.length === 2) {
      const signal = this.#signals.read(messageOf(frames));
      if (signal === "register") this.#workers.registered(worker);
      else if (signal === "heartbeat") this.#workers.heartbeat(worker);
      else this.#counters.malformed++;
    } else {
      this.#workers.answered(worker);
      frames.shift();
      void this.#answer(frames);
    }
    this.#waits.tell(this.#workers.known);
    this.#dispatch();
  }

  #dispatch(): void {
    while (this.#queue.size > 0 && this.#workers.free > 0) {
      const waiting = this.#queue.shift() as Waiting;
      if (waiting.deadline <= performance.now()) {
        this.#counters.expired++;
        continue;
      }
      void this.#forward(waiting, this.#workers.take() as Uint8Array);
    }
  }

  async #forward(waiting: Waiting, worker: Uint8Array): Promise<void> {
    const { request } = waiting;
    request.unshift(worker);
    try {
      await this.#backend.send(request);
      this.#counters.forwarded++;
    } catch (error) {
      if (this.closed) return;
      this.#workers.forget(worker);
      this.#lost(worker, this.#backend.sendFailure(error).message);
      request.shift();
      this.#queue.unshift(waiting); // The request was the oldest, and is again.
      this.#dispatch();
    }
  }

  async #answer(frames: Frames): Promise<void> {
    try {
      // The answers of the other workers are likely to be there soon.
      await (this.#batches?.send(frames, this.#workers.busy > 0) ?? this.#frontend.send(frames));
      this.#counters.answered++;
    } catch (error) {
      this.#counters.undeliverable++;
      const failure = this.#frontend.sendFailure(error);
      if (!isPeerGone(failure) && !this.closed) {
        log("connection", "warn", { err: failure }, "a broker could not return an answer");
      }
    }
  }

  async #refuse(request: Frames, error: unknown): Promise<void> {
    const refusal = this.#signals.refuse?.(messageOf(request), error);
    if (refusal === undefined) return;
    try {
      await this.#frontend.send([...request.slice(0, -1), refusal]);
    } catch {
      this.#counters.undeliverable++;
    }
  }

  async #ask(worker: Uint8Array): Promise<void> {
    try {
      await this.#backend.send([worker, this.#signals.heartbeat(worker)]);
    } catch (error) {
      if (this.closed) return;
      this.#workers.forget(worker);
      this.#lost(worker, this.#backend.sendFailure(error).message);
    }
  }

  #lost(worker: Uint8Array, why: string): void {
    this.#counters.workersLost++;
    const identity = { worker: Buffer.from(worker).toString("hex") };
    log("connection", "info", identity, `a broker lost a worker: ${why}`);
  }
}
