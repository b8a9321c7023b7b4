import { Background } from "../../base/background.js";
import { type Drained, type DrainOptions, NOTHING_GIVEN_UP } from "../../base/drain.js";
import { DividereError, toError } from "../../base/errors.js";
import { log } from "../../base/log.js";
import type { Routed } from "../../connection/frames/routed.js";
import { type Envelope, Feature } from "../envelope/format.js";
import type { Message, MessageType } from "../envelope/message-type.js";
import type { ReceivingLink } from "../links/link.js";
import { ClockOffsets } from "./clock-offsets.js";
import type { Context, EventContext } from "./context.js";
import { type Handler, type HandlerBinding, handlerName, type ReactorOptions } from "./handler.js";
import { IdleTimer } from "./idle-timer.js";
import { linkList } from "./link-list.js";
import { LostAnswers } from "./lost-answers.js";
import { drainCalls, OpenCalls } from "./open-calls.js";
import { type Arrival, type CallOwner, stoppingError } from "./server-call.js";
import { UnaryCall } from "./unary-call.js";
import { Workload } from "./workload.js";

/** The number of requests that may wait in a reactor while `concurrency` requests are handled. */
const BACKLOG = 1_000;

/**
 * The base of reactors: calls `handleMsg01(msg, ctx)` for each `Msg01` that arrives on any of its
 * links (Python: `messaging.MtMsgReactor`). The generated reactors know their handlers and messages.
 * Handlers run in this process, between the caller's own work, and may be `async`.
 *
 * Handles events, and requests of a {@link Response}, one by one in the order of their arrival;
 * requests of a {@link Router} concurrently, up to `concurrency`. A handler's return value answers
 * the request. If a handler throws, its request is refused – with the reason of a
 * {@link RequestError} – and the reactor goes on. Starts once the constructor is done, and closes its
 * links when it stops.
 *
 * @example
 * ```ts
 * import { MtMsgReactor, Router } from "dividere/messaging";
 * import { Msg01 } from "./gen/greeter.js";
 * class MyReactor extends MtMsgReactor {
 *   handleMsg01({ field1 }: Msg01): Msg01 {
 *     return { field1: field1.toUpperCase() };
 *   }
 * }
 * await using reactor = new MyReactor(new Router("@tcp://127.0.0.1:5555", [Msg01]));
 * await reactor.stopped; // keeps the server running
 * ```
 */
export abstract class MtMsgReactor implements AsyncDisposable {
  /** The links that the reactor reads from. */
  readonly links: readonly ReceivingLink[];
  readonly #options: ReactorOptions;
  readonly #calls: CallOwner;
  readonly #workload: Workload;
  readonly #open: OpenCalls;
  readonly #stopped: Promise<void>;
  readonly #lost = new LostAnswers();
  readonly #clocks = new ClockOffsets();
  readonly #idleTimer: IdleTimer;
  readonly #background = new Background("messaging", this, () => this.endpoints);
  #closed = false;
  #stopping: Promise<Drained> | undefined;

  /** @param links - The links to read from. The reactor owns them from here on. */
  constructor(links: ReceivingLink | readonly ReceivingLink[], options: ReactorOptions = {}) {
    this.links = linkList(links, options);
    this.#options = options;
    this.#workload = new Workload(Math.max(1, options.concurrency ?? 100), BACKLOG);
    this.#calls = this.#callOwner();
    this.#open = new OpenCalls(this.#calls);
    this.#idleTimer = new IdleTimer(options.idleIntervalMs ?? 100, () => this.#callIdle());
    // Nothing is handled before the subclass's constructor is done.
    this.#stopped = Promise.resolve().then(() => this.#run());
  }

  /** The endpoints of the links, in their order. */
  get endpoints(): readonly string[] {
    return this.links.flatMap((link) => link.endpoints);
  }

  /** Whether the reactor was told to stop or to close. */
  get closed(): boolean {
    return this.#stopping !== undefined;
  }

  /** Fulfilled when the reactor has stopped and its links are closed, by any cause. Never rejects. */
  get stopped(): Promise<void> {
    this.#background.expect();
    return this.#stopped;
  }

  /**
   * Stops in order: takes no further message, refuses new requests, ends open streams with the status
   * `STOPPING`, lets running handlers finish and answer, then closes the links. Fulfilled when all is
   * done. Waits for no handler past its request's deadline or longer than `stopTimeoutMs`; the log
   * counts the abandoned ones. A handler must not wait for it.
   */
  async stop(): Promise<void> {
    await this.drain();
  }

  /** Stops as {@link stop} does, within a time of its own, and tells what it gave up. */
  drain(options: DrainOptions = {}): Promise<Drained> {
    this.#stopping ??= this.#drain(options.timeoutMs ?? this.#options.stopTimeoutMs ?? 30_000);
    return this.#stopping;
  }

  /** Closes at once: aborts the handlers' signals and answers no open request. May be repeated. */
  close(): void {
    this.#stopping ??= this.#stopped.then(() => NOTHING_GIVEN_UP);
    this.#end();
  }

  /** The same as {@link stop}, for `await using`. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  /** Called every `idleIntervalMs` while no handler runs, one call at a time; to be overridden. */
  idle(): void | Promise<void> {}

  /**
   * Called when a frame does not decode, a handler throws or an answer cannot be sent. Logs the error
   * unless overridden. The reactor goes on, even if this method throws; that error is logged too.
   */
  onError(error: Error, context?: EventContext): void {
    log(
      "messaging",
      "error",
      { err: error, endpoints: context?.link.endpoints ?? this.endpoints },
      error.message,
    );
  }

  /** Stops the reactor on a `ShutdownEvent` from a link that has this type, as in Python. */
  handleShutdownEvent(_message: Message, _context: EventContext): void {
    void this.stop();
  }

  /** @internal Returns how a message type is handled. Generated reactors override it. */
  _bindingOf(type: MessageType, _published: boolean): HandlerBinding {
    return { handler: handlerName(type.$type) };
  }

  /** @internal Returns the handling by a request's rpc, if named; throws for an unknown rpc. */
  _bindingOfRpc(_envelope: Envelope): HandlerBinding | undefined {
    return undefined;
  }

  /**
   * @internal @throws DividereError `MISSING_HANDLER` when the owner has no method of that name.
   */
  _handlerOf({ handler: name, owner = this }: HandlerBinding, typeName: string): Handler {
    const handler = (owner as Record<string, unknown>)[name];
    if (typeof handler === "function") return handler.bind(owner) as Handler;
    throw new DividereError(
      "MISSING_HANDLER",
      `${owner.constructor.name} has no method ${name}(msg, ctx), and a ${typeName} needs one`,
    );
  }

  /** @internal The number of open streams, and of requests that can be cancelled. */
  get _openCalls(): number {
    return this.#open.size;
  }

  /** @internal Called when the links are closed, for any reason; may be called again. */
  _ended(): void {}

  /** @internal Called when a message from `link` has been handled, answered and reported. */
  _onHandled: ((link: ReceivingLink) => void) | undefined;

  /** @internal Called once the constructor is done, before the first message. */
  _starting(): void {}

  async #run(): Promise<void> {
    this._starting();
    if (this.idle !== MtMsgReactor.prototype.idle) this.#idleTimer.start();
    // A reactor without links reads nothing, and ends when told to.
    if (this.links.length === 0) await this.#background.ended;
    await Promise.all(this.links.map((link) => this.#serve(link)));
    // The links were closed from outside, so nothing is left to do.
    this.#stopping ??= Promise.resolve(NOTHING_GIVEN_UP);
    this.#end();
  }

  async #serve(link: ReceivingLink): Promise<void> {
    while (!link.closed) {
      const room = link.concurrent ? this.#workload.room() : undefined;
      if (room !== undefined) await room;
      try {
        const inbound = await link._receive();
        const handled = this.#take(link, inbound);
        if (!link.concurrent) await handled;
      } catch (error) {
        if (!link.closed) {
          this.#report(error);
          link.close();
        }
        return;
      }
    }
  }

  /** Takes a frame in; fulfilled when the frame has been handled, which a concurrent link does not need. */
  #take(link: ReceivingLink, inbound: Routed<Uint8Array>): Promise<void> | undefined {
    let envelope: Envelope;
    try {
      envelope = link._envelope(inbound);
    } catch (error) {
      return this.#refuseMalformed(link, inbound, error);
    }
    const leftMs = this.#clocks.timeLeft(inbound, envelope);
    const arrival = { link, inbound, envelope, leftMs };
    if (envelope.stream !== undefined) return this.#open.step(arrival);
    if (!link.concurrent) return new Promise((resolve) => this.#handle(arrival, resolve));
    this.#handle(arrival);
    return undefined;
  }

  async #refuseMalformed(
    link: ReceivingLink,
    inbound: Routed<Uint8Array>,
    error: unknown,
  ): Promise<void> {
    await link._refuse(inbound, undefined, error);
    this.#report(error);
    this._onHandled?.(link);
  }

  #handle(arrival: Arrival, handled?: () => void): void {
    const { link, envelope } = arrival;
    let forget: (() => void) | undefined;
    const call = new UnaryCall(this.#calls, arrival, () => {
      forget?.();
      this._onHandled?.(link);
      handled?.();
    });
    if (link.followedUp && ((envelope.features ?? 0) & Feature.CANCEL) !== 0)
      forget = this.#open.add(arrival, call);
    this.#workload.add(call);
  }

  #report(error: unknown, context?: EventContext): void {
    if (this.#closed) return;
    const { owner } = (context as Context | undefined) ?? {};
    (owner instanceof MtMsgReactor ? owner : this)._tellError(toError(error), context);
  }

  /** @internal Calls {@link onError}; logs an error that it throws, and the reactor goes on. */
  _tellError(error: Error, context?: EventContext): void {
    try {
      this.onError(error, context);
    } catch (failure) {
      log("messaging", "error", { err: error }, error.message);
      log("messaging", "error", { err: failure }, `${this.constructor.name}.onError threw`);
    }
  }

  async #drain(timeoutMs: number): Promise<Drained> {
    // A reactor that is stopped before its first turn still begins and ends in order.
    await Promise.resolve();
    this.#open.failStreams(stoppingError());
    const given = await drainCalls(this.#workload, this.#open, timeoutMs, this.endpoints);
    this.#end();
    return this.#stopped.then(() => given);
  }

  #end(): void {
    this.#idleTimer.stop();
    this.#lost.tell();
    this.#background.end();
    this.#closed = true;
    const reason = new DividereError("CLOSED", "The reactor is closed");
    this.#open.close(reason);
    this.#workload.close(reason);
    for (const link of this.links) link.close();
    this._ended();
  }

  #callOwner(): CallOwner {
    const reactor = this;
    return {
      reactor,
      options: this.#options,
      get stopping() {
        return reactor.closed;
      },
      bindingOf: (envelope) => this._bindingOfRpc(envelope),
      bindingOfType: (type, published) => this._bindingOf(type as MessageType, published),
      handlerOf: (binding, typeName) => this._handlerOf(binding, typeName),
      report: (error, context) => this.#report(error, context),
      countLost: (arrival, error) => this.#lost.count(arrival, error),
    };
  }

  async #callIdle(): Promise<void> {
    if (this.#workload.size > 0 || this.closed) return;
    const idle = async (): Promise<void> => this.idle();
    await idle().catch((error) => this.#report(error));
  }
}
