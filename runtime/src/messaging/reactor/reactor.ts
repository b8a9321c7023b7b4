import { Background } from "../../base/background.js";
import { type Drained, type DrainOptions, NOTHING_GIVEN_UP } from "../../base/drain.js";
import { DividereError, toError } from "../../base/errors.js";
import { callSafely } from "../../base/listeners.js";
import { log } from "../../base/log.js";
import type { ServedService } from "../call/rpc.js";
import type { Envelope } from "../envelope/format.js";
import type { Message, MessageType } from "../envelope/message-type.js";
import type { ReceivingLink } from "../links/link.js";
import { type ReactorStats, readStats } from "../stats/reactor-stats.js";
import { RpcCounters } from "../stats/rpc-counters.js";
import { Vitals } from "../stats/vitals.js";
import type { Context, EventContext } from "./context.js";
import { type Handler, type HandlerBinding, handlerName, type ReactorOptions } from "./handler.js";
import { IdleTimer } from "./idle-timer.js";
import { Intake } from "./intake.js";
import { linkList } from "./link-list.js";
import { LostAnswers } from "./lost-answers.js";
import { drainCalls, OpenCalls } from "./open-calls.js";
import { type CallOwner, type Introspector, stoppingError } from "./server-call.js";
import { Workload } from "./workload.js";

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
  /** @internal The id, the version and the time of the start. */
  readonly _vitals: Vitals;
  readonly #options: ReactorOptions;
  readonly #calls: CallOwner;
  readonly #workload: Workload;
  readonly #open: OpenCalls;
  readonly #stopped: Promise<void>;
  readonly #lost = new LostAnswers();
  readonly #idleTimer: IdleTimer;
  readonly #byType = new Map<string, HandlerBinding & { readonly counters: RpcCounters }>();
  #introspector: Introspector | undefined;
  readonly #background = new Background("messaging", this, () => this.endpoints);
  #closed = false;
  #stopping: Promise<Drained> | undefined;

  /** @param links - The links to read from. The reactor owns them from here on. */
  constructor(links: ReceivingLink | readonly ReceivingLink[], options: ReactorOptions = {}) {
    this.links = linkList(links, options);
    this.#options = options;
    this._vitals = new Vitals(options);
    this.#workload = new Workload(Math.max(1, options.concurrency ?? 100));
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

  /** The id of this object: random, told by its introspection, and that of its entry in a registry of this package. */
  get instance(): string {
    return this._vitals.instance;
  }

  /** The option `version`; empty by default. */
  get version(): string {
    return this._vitals.version;
  }

  /** The current counters of the messages and links. */
  get stats(): ReactorStats {
    return readStats({
      vitals: this._vitals,
      counters: this._counters,
      links: this.links,
      inFlight: this.#workload.counts.inFlight + this.#open.running,
      concurrency: this.#workload.concurrency,
      workers: 0,
    });
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
    const { $type } = type;
    let binding = this.#byType.get($type);
    if (binding === undefined) {
      binding = { handler: handlerName($type), counters: new RpcCounters($type) };
      this.#byType.set($type, binding);
    }
    return binding;
  }

  /** @internal The counters that {@link stats} lists. */
  get _counters(): Iterable<RpcCounters> {
    return Array.from(this.#byType.values(), ({ counters }) => counters);
  }

  /** @internal The proto services that the reactor serves. */
  get _served(): readonly ServedService[] {
    return [];
  }

  /** @internal Makes the object that answers requests about the reactor, if there is one. */
  _makeIntrospector(_owner: CallOwner): Introspector | undefined {
    return undefined;
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
    if (this.#options.introspection !== false)
      this.#introspector = this._makeIntrospector(this.#calls);
    if (this.idle !== MtMsgReactor.prototype.idle) this.#idleTimer.start();
    // A reactor without links reads nothing, and ends when told to.
    if (this.links.length === 0) await this.#background.ended;
    const intake = new Intake({
      calls: this.#calls,
      workload: this.#workload,
      open: this.#open,
      introspector: this.#introspector,
      onHandled: (link) => this._onHandled?.(link),
    });
    await Promise.all(this.links.map((link) => intake.serve(link)));
    // The links were closed from outside, so nothing is left to do.
    this.#stopping ??= Promise.resolve(NOTHING_GIVEN_UP);
    this.#end();
  }

  #report(error: unknown, context?: EventContext): void {
    if (this.#closed) return;
    const { owner } = (context as Context | undefined) ?? {};
    (owner instanceof MtMsgReactor ? owner : this)._tellError(toError(error), context);
  }

  /** @internal Calls {@link onError}; logs an error that it throws, and the reactor goes on. */
  _tellError(error: Error, context?: EventContext): void {
    const what = `${this.constructor.name}.onError`;
    callSafely("messaging", what, () => this.onError(error, context), error);
  }

  async #drain(timeoutMs: number): Promise<Drained> {
    // A reactor that is stopped before its first turn still begins and ends in order.
    await Promise.resolve();
    this.#open.failStreams(stoppingError());
    this.#introspector?.endStreams(stoppingError());
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
    this.#introspector?.close(reason);
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
