import { DividereError, RequestError, toError } from "../../base/errors.js";
import { log } from "../../base/log.js";
import type { Routed } from "../../connection/frames/routed.js";
import type { Envelope } from "../envelope/format.js";
import type { Message, MessageType } from "../envelope/message-type.js";
import { refusal } from "../envelope/reply.js";
import { awaitsAnswer, type ReceivingLink } from "../links/link.js";
import { isStranger } from "../links/subscriber.js";
import { Context, type EventContext } from "./context.js";
import { type Handler, type HandlerBinding, handlerName, type ReactorOptions } from "./handler.js";

/**
 * Calls a method of its own for each message that arrives on any of its links (Python:
 * `messaging.MtMsgReactor`): `handleMsg01(msg, ctx)` for a `Msg01`. To be subclassed; the generated
 * reactors know their handlers and messages. The handlers run in this process, between the caller's
 * own work, and may be `async`.
 *
 * Events of a subscriber, and requests of a {@link Response}, are handled one by one in the order
 * of their arrival; requests of a {@link Router} concurrently, up to `concurrency`. What a handler
 * returns answers the request. A handler that throws has its request refused – with the reason, if
 * it throws a {@link RequestError} – and the reactor goes on.
 *
 * Starts by itself once the constructor is done, and closes its links when it stops.
 */
export abstract class MtMsgReactor implements AsyncDisposable {
  /** The links that it reads from. */
  readonly links: readonly ReceivingLink[];
  readonly #concurrency: number;
  readonly #idleIntervalMs: number;
  readonly #closing = new AbortController();
  readonly #atWork = new Set<Promise<void>>();
  readonly #stopped: Promise<void>;
  #freed: (() => void) | undefined;
  #idleTimer: NodeJS.Timeout | undefined;
  #stopping: Promise<void> | undefined;

  /** @param links - What to read from. The reactor owns the links from here on. */
  constructor(links: ReceivingLink | readonly ReceivingLink[], options: ReactorOptions = {}) {
    this.links = Array.isArray(links) ? links : [links as ReceivingLink];
    this.#concurrency = Math.max(1, options.concurrency ?? 100);
    this.#idleIntervalMs = options.idleIntervalMs ?? 100;
    // Nothing is handled before the subclass's constructor is done.
    this.#stopped = Promise.resolve().then(() => this.#run());
  }

  /** The endpoints of its links, in their order. */
  get endpoints(): readonly string[] {
    return this.links.flatMap((link) => link.endpoints);
  }

  /** Whether it has been told to stop or to close. */
  get closed(): boolean {
    return this.#stopping !== undefined;
  }

  /**
   * Fulfilled when the reactor has stopped and its links are closed, by {@link stop}, by
   * {@link close} or from outside. Never rejects. `await reactor.stopped` keeps a server running.
   */
  get stopped(): Promise<void> {
    return this.#stopped;
  }

  /**
   * Stops in order: takes no further message, refuses requests that still come, lets the handlers
   * at work finish and answer, then closes the links. Fulfilled when all that is done. A handler
   * that calls it must not wait for it.
   */
  stop(): Promise<void> {
    this.#stopping ??= this.#drain();
    return this.#stopping;
  }

  /**
   * Closes the links at once and aborts the handlers' signals; requests at work are not answered.
   * May be called again.
   */
  close(): void {
    this.#stopping ??= this.#stopped;
    this.#end();
  }

  /** The same as {@link stop}, for `await using`. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  /**
   * Called every `idleIntervalMs` while no handler is at work. Does nothing unless it is
   * overridden. A call is not begun before the last one is done.
   */
  idle(): void | Promise<void> {}

  /**
   * Called for a message that could not be handled: a frame that does not decode, a handler that
   * throws, an answer that cannot be sent. Logs the error unless it is overridden. The reactor goes
   * on afterwards, even where this method throws, which is logged.
   */
  onError(error: Error, context?: EventContext): void {
    log(
      "messaging",
      "error",
      { err: error, endpoints: context?.link.endpoints ?? this.endpoints },
      error.message,
    );
  }

  /**
   * Stops the reactor when a `ShutdownEvent` arrives on a link that was given this type, as in
   * Python.
   */
  handleShutdownEvent(_message: Message, _context: EventContext): void {
    void this.stop();
  }

  /**
   * @internal How a message type is handled; the generated reactors know more than its name says.
   */
  _bindingOf(type: MessageType): HandlerBinding {
    return { handler: handlerName(type.$type) };
  }

  /** @internal @throws DividereError `MISSING_HANDLER` when it has no method of that name. */
  _handlerOf(type: MessageType): Handler {
    const { handler: name } = this._bindingOf(type);
    const handler = (this as unknown as Record<string, unknown>)[name];
    if (typeof handler === "function") return handler as Handler;
    throw new DividereError(
      "MISSING_HANDLER",
      `${this.constructor.name} has no method ${name}(msg, ctx), and a ${type.$type} needs one`,
    );
  }

  /** @internal Called when its links are closed, by whomever; may be called again. */
  _ended(): void {}

  /** @internal Called when a message of `link` has been handled, answered and reported. */
  _onHandled: ((link: ReceivingLink) => void) | undefined;

  /** @internal Called once the constructor is done, before the first message. */
  _starting(): void {}

  async #run(): Promise<void> {
    this._starting();
    if (this.#hasIdle()) this.#scheduleIdle();
    await Promise.all(this.links.map((link) => this.#serve(link)));
    // The links were closed from outside: there is nothing left to do.
    this.#stopping ??= Promise.resolve();
    this.#end();
  }

  async #serve(link: ReceivingLink): Promise<void> {
    while (!link.closed) {
      if (link.concurrent) await this.#roomForAnother();
      let inbound: Routed<Uint8Array>;
      try {
        inbound = await link._receive();
      } catch (error) {
        if (!link.closed) {
          this.#report(error);
          link.close();
        }
        return;
      }
      const work = this.#handle(link, inbound);
      this.#atWork.add(work);
      void work.finally(() => {
        this.#atWork.delete(work);
        this.#freed?.();
        this._onHandled?.(link);
      });
      if (!link.concurrent) await work;
    }
  }

  async #roomForAnother(): Promise<void> {
    while (this.#atWork.size >= this.#concurrency && !this.#closing.signal.aborted) {
      await new Promise<void>((resolve) => {
        this.#freed = resolve;
      });
    }
  }

  async #handle(link: ReceivingLink, inbound: Routed<Uint8Array>): Promise<void> {
    let context: Context | undefined;
    let envelope: Envelope | undefined;
    try {
      const decoded = await link._decode(inbound);
      envelope = decoded.envelope;
      if (this.closed)
        throw new RequestError(
          "STOPPING",
          "The other side is shutting down and takes no more requests",
        );
      context = new Context({
        link,
        inbound,
        envelope,
        closing: this.#closing.signal,
        responseType: this._bindingOf(decoded.type).response,
      });
      const answer = await this._handlerOf(decoded.type).call(this, decoded.message, context);
      await this.#answer(link, decoded.type, context, answer);
    } catch (error) {
      if (envelope === undefined) {
        // Not decoded, and refused already where somebody waits.
        if (link.answering !== "never" || !isStranger(error)) this.#report(error);
        return;
      }
      const refuse = context?.replied !== true && awaitsAnswer(link, inbound);
      // A RequestError is the handler's answer, and no failure, where there is somebody to answer.
      if (!(refuse && error instanceof RequestError)) this.#report(error, context);
      if (refuse) await this.#refuse(link, inbound, envelope, error);
    } finally {
      context?.end();
    }
  }

  async #answer(
    link: ReceivingLink,
    type: MessageType,
    context: Context,
    answer: unknown,
  ): Promise<void> {
    if (answer !== undefined && answer !== null) {
      if (link.answering !== "never") await context.reply(answer as object);
    } else if (link.answering === "required" && !context.replied) {
      const { handler } = this._bindingOf(type);
      throw new DividereError(
        "NO_REPLY",
        `${this.constructor.name}.${handler} answered a ${type.$type} with nothing; return the response, or call ctx.reply()`,
      );
    }
  }

  async #refuse(
    link: ReceivingLink,
    inbound: Routed<Uint8Array>,
    envelope: Envelope,
    error: unknown,
  ): Promise<void> {
    try {
      await link._answer(inbound, refusal(envelope, error));
    } catch (failure) {
      this.#report(failure);
    }
  }

  #report(error: unknown, context?: EventContext): void {
    if (this.#closing.signal.aborted) return;
    this._tellError(toError(error), context);
  }

  /** @internal Calls {@link onError}. One that throws is logged, and the reactor goes on. */
  _tellError(error: Error, context?: EventContext): void {
    try {
      this.onError(error, context);
    } catch (failure) {
      log("messaging", "error", { err: error }, error.message);
      log("messaging", "error", { err: failure }, `${this.constructor.name}.onError threw`);
    }
  }

  async #drain(): Promise<void> {
    // A reactor that is stopped before its first turn still begins and ends in order.
    await Promise.resolve();
    while (this.#atWork.size > 0) await Promise.allSettled(this.#atWork);
    this.#end();
    await this.#stopped;
  }

  #end(): void {
    clearTimeout(this.#idleTimer);
    this.#closing.abort();
    this.#freed?.();
    for (const link of this.links) link.close();
    this._ended();
  }

  #hasIdle(): boolean {
    return this.idle !== MtMsgReactor.prototype.idle;
  }

  #scheduleIdle(): void {
    if (this.closed) return;
    this.#idleTimer = setTimeout(() => {
      void this.#callIdle().then(() => this.#scheduleIdle());
    }, this.#idleIntervalMs);
  }

  async #callIdle(): Promise<void> {
    if (this.#atWork.size > 0 || this.closed) return;
    try {
      await this.idle();
    } catch (error) {
      this.#report(error);
    }
  }
}
