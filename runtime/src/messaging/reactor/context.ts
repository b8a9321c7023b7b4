import { DividereError } from "../../base/errors.js";
import { timer } from "../../base/wait.js";
import type { Routed } from "../../connection/frames/routed.js";
import { CallHeaders } from "../call/headers.js";
import {
  type Envelope,
  type EnvelopeExtras,
  type EnvelopeHeader,
  Feature,
} from "../envelope/format.js";
import type { MessageInit, MessageType } from "../envelope/message-type.js";
import type { ReceivingLink } from "../links/link.js";

/** The context of a published message: the second argument of its handler. */
export interface EventContext {
  /** The link that the message arrived on. */
  readonly link: ReceivingLink;
  /**
   * The identities of the sockets that the message came through, nearest first; empty if there is
   * no way back.
   */
  readonly route: readonly Uint8Array[];
  /**
   * Aborted when the reactor is closed, the requester has cancelled the call or its deadline has
   * passed: a handler should then give up long work. Not aborted after the handler is done.
   */
  readonly signal: AbortSignal;
  /** The headers of the request, or of the event. */
  readonly requestHeaders: CallHeaders;
}

/** The context of a request: the second argument of its handler. */
export interface RequestContext extends EventContext {
  /**
   * The time when the requester stops waiting, in milliseconds as `Date.now()` counts them;
   * `undefined` if the requester did not say.
   */
  readonly deadline: number | undefined;
  /**
   * The rpc that the request names, such as `greeter.v1.Greeter/Reverse`; `undefined` if it names
   * none.
   */
  readonly rpc: string | undefined;
  /**
   * The headers of the reply. Set them before the reply: they go with the response, or with the
   * first response of a stream. They do not reach a plain peer, such as Python's `dividere`.
   */
  readonly responseHeaders: CallHeaders;
  /** The trailers of the reply. Set them before the end of the reply; they go with an error too. */
  readonly responseTrailers: CallHeaders;
  /** Sends the headers of a stream now, before its first response. Does nothing for other calls. */
  sendHeaders(): void;
  /**
   * Returns options for calls that the handler makes on behalf of this request: the time left until
   * its deadline, and its signal.
   */
  callOptions(): { timeoutMs?: number; signal: AbortSignal };
  /**
   * Answers now, instead of with the handler's return value.
   *
   * @param message - Fields that are left out have their default values.
   * @param type - The message's type; by default the rpc's response, or the type that the message's
   *   `$type` names.
   * @throws DividereError `OUT_OF_ORDER` for a second answer, or in a handler of a stream;
   *   `UNKNOWN_MESSAGE_TYPE`, `UNENCODABLE_MESSAGE`, `PEER_UNREACHABLE` or `PEER_BUSY`.
   */
  reply<T extends object>(message: MessageInit<T>, type?: MessageType<T>): Promise<void>;
}

/** @internal The parts of a context. */
export interface ContextParts {
  readonly link: ReceivingLink;
  readonly inbound: Routed<Uint8Array>;
  readonly envelope: Envelope;
  /** The time of the request's arrival, as `performance.now()` counts. */
  readonly arrivedAt: number;
  /** The remaining time-out of the requester; `undefined` for no limit. */
  readonly leftMs: number | undefined;
  /** Sends the headers of a stream; `undefined` for a call that is not a stream. */
  readonly sendHeaders?: (() => void) | undefined;
}

/** @internal */
export class Context implements RequestContext {
  readonly #parts: ContextParts;
  readonly deadline: number | undefined;
  /** The deadline as `performance.now()` counts, which no change of the system clock affects. */
  readonly due: number | undefined;
  /** Whether the signal was aborted because the deadline has passed. */
  overdue = false;
  /** The default type of an answer. */
  responseType: MessageType | undefined;
  /** The object whose method handles the message. */
  owner: object | undefined;
  #controller: AbortController | undefined;
  #reason: unknown;
  #stopTimer: (() => void) | undefined;
  #requestHeaders: CallHeaders | undefined;
  #responseHeaders: CallHeaders | undefined;
  #responseTrailers: CallHeaders | undefined;
  #ended = false;
  #replied = false;

  constructor(parts: ContextParts) {
    this.#parts = parts;
    const { arrivedAt, leftMs } = parts;
    if (leftMs === undefined) return;
    this.deadline = Date.now() + leftMs;
    this.due = arrivedAt + leftMs;
  }

  get link(): ReceivingLink {
    return this.#parts.link;
  }

  get route(): readonly Uint8Array[] {
    return this.#parts.inbound.route;
  }

  get rpc(): string | undefined {
    return this.#parts.envelope.rpc;
  }

  get requestHeaders(): CallHeaders {
    if (this.#requestHeaders === undefined) {
      this.#requestHeaders = new CallHeaders();
      this.#requestHeaders._read(this.#parts.envelope.headers, false);
    }
    return this.#requestHeaders;
  }

  get responseHeaders(): CallHeaders {
    this.#responseHeaders ??= new CallHeaders();
    return this.#responseHeaders;
  }

  get responseTrailers(): CallHeaders {
    this.#responseTrailers ??= new CallHeaders();
    return this.#responseTrailers;
  }

  /** Whether an answer was sent, or its sending has begun. */
  get replied(): boolean {
    return this.#replied;
  }

  // Made on first use: most handlers are done before anything could be aborted.
  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController();
      if (this.#reason !== undefined) this.#controller.abort(this.#reason);
      else this.#abortAtDeadline();
    }
    return this.#controller.signal;
  }

  /** Tells a running handler that its answer is no longer needed. */
  abort(reason: unknown): void {
    if (this.#ended || this.#reason !== undefined) return;
    this.#reason = reason;
    this.#stopTimer?.();
    this.#controller?.abort(reason);
  }

  /** Must be called when the handler is done: releases every reference to the request. */
  end(): void {
    this.#ended = true;
    this.#stopTimer?.();
  }

  callOptions(): { timeoutMs?: number; signal: AbortSignal } {
    const { signal } = this;
    if (this.due === undefined) return { signal };
    return { timeoutMs: Math.max(1, Math.ceil(this.due - performance.now())), signal };
  }

  sendHeaders(): void {
    this.#parts.sendHeaders?.();
  }

  /** Returns the envelope's fields for a reply to this request; `undefined` for a plain peer. */
  replyExtras(): EnvelopeExtras | undefined {
    const { link, envelope } = this.#parts;
    if (!envelope.extended) return undefined;
    const headers = [...this.headerFields(), ...this.trailerFields()];
    const features =
      envelope.features !== undefined && link.followedUp ? this.#features : undefined;
    return headers.length > 0 ? { headers, features } : { features };
  }

  /** The features that a reply shows. */
  get #features(): number {
    return this.#reachesBatches ? Feature.CANCEL | Feature.BATCH : Feature.CANCEL;
  }

  /**
   * Whether the link reads batches and no broker or proxy is before it, which would pass a batch to
   * any server.
   */
  get #reachesBatches(): boolean {
    const { link, inbound } = this.#parts;
    const { route } = inbound;
    return link.readsBatches && route.length === 3 && route[2]?.length === 0;
  }

  /** Returns the headers of the reply, as an envelope carries them. */
  headerFields(): readonly EnvelopeHeader[] {
    return this.#responseHeaders?._write(false) ?? [];
  }

  /** Returns the trailers of the reply, as an envelope carries them. */
  trailerFields(): readonly EnvelopeHeader[] {
    return this.#responseTrailers?._write(true) ?? [];
  }

  #abortAtDeadline(): void {
    if (this.due === undefined || this.#ended) return;
    this.#stopTimer = timer(Math.ceil(this.due - performance.now()), () => {
      this.overdue = true;
      this.abort(deadlinePassed());
    });
  }

  async reply<T extends object>(message: MessageInit<T>, type?: MessageType<T>): Promise<void> {
    await this.answer(message as object, type as MessageType | undefined);
  }

  /** The same as {@link reply}, with a failure that comes before the sending thrown at once. */
  answer(message: object, type?: MessageType): Promise<void> {
    const { link, inbound, envelope, sendHeaders } = this.#parts;
    if (this.#replied || sendHeaders !== undefined) {
      throw new DividereError(
        "OUT_OF_ORDER",
        sendHeaders === undefined
          ? `A second answer to one request on ${link.endpoints.join(", ")}; it takes one`
          : `A stream on ${link.endpoints.join(", ")} is answered by what its handler yields or returns, not by reply()`,
      );
    }
    if (type === undefined) checkAnswer(message, this.responseType);
    // A message that does not encode leaves the request open.
    const frame = link._encode(message, type ?? this.responseType, this.replyExtras());
    this.#replied = true;
    const readsBatches = ((envelope.features ?? 0) & Feature.BATCH) !== 0 && this.#reachesBatches;
    return link._answer(inbound, frame, readsBatches);
  }
}

/**
 * Refuses an answer that names another type: a codec would treat any object without its fields as
 * an empty message.
 */
function checkAnswer(answer: unknown, type: MessageType | undefined): void {
  if (type === undefined) return;
  const isObject = typeof answer === "object" && answer !== null;
  const { $type, $typeName } = (isObject ? answer : {}) as { $type?: string; $typeName?: string };
  const named = isObject ? ($type ?? $typeName ?? type.$type) : typeof answer;
  if (named === type.$type) return;
  throw new DividereError(
    "UNENCODABLE_MESSAGE",
    `The request is answered by a ${type.$type}, and its handler gave a ${named}`,
  );
}

/** Makes the reason for the signal of a request whose deadline has passed. */
export function deadlinePassed(): DividereError {
  return new DividereError("TIMEOUT", "The requester no longer waits for the answer");
}
