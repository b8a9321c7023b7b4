import { DividereError } from "../../base/errors.js";
import { log } from "../../base/log.js";
import { type Deferred, openWait, type WaitOptions } from "../../base/wait.js";
import { Dealer, type DealerOptions } from "../dealer.js";
import type { Routed } from "../frames/routed.js";
import { sourceOver } from "../queue/message-iterator.js";
import type { MessageSource, Transform } from "../queue/reader.js";
import type { StatusEvent } from "../socket/monitor/monitor.js";
import type { WorkerSignals } from "./signals.js";

/** Options for a worker or a server of a broker. */
export interface WorkerOptions extends DealerOptions {
  /**
   * The broker's heartbeat interval, in milliseconds: after one and a half intervals without a
   * heartbeat the worker sends one by itself. 3,000 by default, as in Python.
   */
  heartbeatIntervalMs?: number;
}

/**
 * The worker waits a little longer than the broker does, so that only one of them sends a
 * heartbeat.
 */
const SILENCE_FACTOR = 1.5;

/**
 * A dealer for a broker's worker: it registers, sends heartbeats, registers again after the broker
 * was away, and receives requests only. The dealer reads messages only while a {@link recv} waits,
 * which marks the worker as free: a working worker gives no sign of life until it is done, as in
 * Python.
 */
export class WorkerDealer extends Dealer {
  readonly #signals: WorkerSignals;
  readonly #timer: NodeJS.Timeout;
  readonly #greetings = new Set<Deferred<void>>();
  #readers = 0;
  #link: "first" | "up" | "down" = "first";
  #greeted = false;
  /** The state of the last request. */
  #work: "none" | "in hand" | "answered" = "none";
  #held: Routed<Uint8Array> | undefined;

  /** @throws ConnectionError when the endpoint is invalid or cannot be bound. */
  constructor(endpoint: string, options: WorkerOptions, signals: WorkerSignals) {
    // Events begin with the first connection, but not before the constructor is done.
    let note: ((event: StatusEvent) => void) | undefined;
    // One endpoint only: with several, answers would go round robin to the wrong brokers.
    super(endpoint, {
      ...options,
      // What an async listener returns goes to its caller, who looks at it.
      onStatus: (event): unknown => {
        note?.(event);
        return options.onStatus?.(event);
      },
    });
    note = (event) => this.#note(event);
    this.#signals = signals;
    this.#timer = setTimeout(
      () => this.#silent(),
      (options.heartbeatIntervalMs ?? 3_000) * SILENCE_FACTOR,
    ).unref();
    // The message waits in the socket for the first connection.
    this.#tell("register");
  }

  /**
   * Waits until the broker has sent a heartbeat over the current connection, which shows that it
   * knows this worker; the dealer reads heartbeats only while a {@link recv} or a loop waits.
   */
  waitForBroker(options?: WaitOptions): Promise<void> {
    const wait: Deferred<void> = openWait<void>(
      options,
      () => `without a heartbeat from the broker at ${this.describe()}${this._hint}`,
      () => this.#greetings.delete(wait),
    );
    if (this.closed) wait.reject(this.closedError());
    else if (this.#greeted) wait.resolve();
    if (!wait.settled) this.#greetings.add(wait);
    return wait.promise;
  }

  override async recv(options?: WaitOptions): Promise<Routed<Uint8Array>> {
    this.#becomeFree();
    const request = this.#held ?? (await this.#nextRequest(options));
    this.#held = undefined;
    this.#work = "in hand";
    return request;
  }

  /** @internal */
  override _source<R>(
    transform: Transform<Routed<Uint8Array>, R>,
    onFailure?: (error: unknown) => R,
  ): MessageSource<R> {
    return sourceOver((options) => this.recv(options), transform, onFailure);
  }

  override async wait(timeoutMs?: number): Promise<boolean> {
    this.#becomeFree();
    try {
      this.#held ??= await this.#nextRequest({ timeoutMs });
      return true;
    } catch (error) {
      if (error instanceof DividereError && error.code === "TIMEOUT") return false;
      throw error;
    }
  }

  override send(message: Uint8Array | Routed<Uint8Array>, options?: WaitOptions): Promise<void> {
    if (!(message instanceof Uint8Array)) this.#work = "answered";
    return super.send(message, options);
  }

  protected override release(): void {
    super.release();
    clearTimeout(this.#timer);
    for (const wait of this.#greetings) wait.reject(this.closedError());
    this.#greetings.clear();
  }

  async #nextRequest(options: WaitOptions | undefined): Promise<Routed<Uint8Array>> {
    const { timeoutMs, signal } = options ?? {};
    const end = timeoutMs === undefined ? undefined : performance.now() + timeoutMs;
    this.#readers++;
    try {
      for (;;) {
        const left = end === undefined ? undefined : end - performance.now();
        const message = await super.recv({ timeoutMs: left, signal });
        if (message.route.length > 0) return message;
        if (this.#signals.isHeartbeat(message.message)) this.#answerHeartbeat();
        else log("connection", "warn", {}, `dropped what is no request on ${this.describe()}`);
      }
    } finally {
      this.#readers--;
    }
  }

  #note({ type }: StatusEvent): void {
    if (type === "disconnected") {
      this.#link = "down";
      this.#greeted = false;
    } else if (type === "connected") {
      // The returned broker may be another one, which does not know this worker.
      if (this.#link === "down") this.#tell("register");
      this.#link = "up";
    }
  }

  #answerHeartbeat(): void {
    this.#greeted = true;
    for (const wait of this.#greetings) wait.resolve();
    this.#greetings.clear();
    this.#tell("heartbeat");
  }

  /**
   * Tells the broker that this worker is free when the broker cannot infer it: after a request that
   * was not answered, and for some brokers after every request.
   */
  #becomeFree(): void {
    const work = this.#work;
    this.#work = "none";
    if (work === "in hand") this.#tell("register");
    else if (work === "answered" && !this.#signals.answerTellsFree) this.#tell("heartbeat");
  }

  #silent(): void {
    // A worker that reads nothing is at work, and heartbeats for an absent broker would only pile
    // up.
    if (this.#readers > 0 && this.#link === "up") this.#tell("heartbeat");
    else this.#timer.refresh();
  }

  #tell(signal: "register" | "heartbeat"): void {
    this.#timer.refresh();
    super.send(this.#signals[signal](this.identity)).catch((error) => {
      if (!this.closed) log("connection", "warn", { err: error }, `no ${signal} could be sent`);
    });
  }
}
