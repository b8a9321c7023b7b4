import { DividereError } from "../../base/errors.js";
import { type Deferred, openWait } from "../../base/wait.js";
import type { Routed } from "../../connection/frames/routed.js";
import type { Envelope } from "../envelope/format.js";
import type { MessageInit, MessageType } from "../envelope/message-type.js";
import type { ReceivingLink } from "../links/link.js";

/** The context of a published message: the second argument of its handler. */
export interface EventContext {
  /** The link that the message arrived on. */
  readonly link: ReceivingLink;
  /**
   * The identities of the sockets that the message came through, nearest first; empty where there
   * is no way back.
   */
  readonly route: readonly Uint8Array[];
  /**
   * Aborted when the reactor is closed, or the requester no longer waits: the moment to give up
   * what takes long. It tells a handler that is at work; once that is done nothing aborts it.
   */
  readonly signal: AbortSignal;
}

/** The context of a request: the second argument of its handler. */
export interface RequestContext extends EventContext {
  /**
   * When the requester stops waiting, in milliseconds as `Date.now()` counts them; `undefined` when
   * it did not say.
   */
  readonly deadline: number | undefined;
  /**
   * Answers now, instead of by what the handler returns.
   *
   * @param message - Fields that are left out have their default values.
   * @param type - The message's type; by default the rpc's response, or the one that the message's
   *   `$type` names.
   * @throws DividereError `OUT_OF_ORDER` for a second answer; `UNKNOWN_MESSAGE_TYPE`,
   *   `UNENCODABLE_MESSAGE`, `PEER_UNREACHABLE` or `PEER_BUSY`.
   */
  reply<T extends object>(message: MessageInit<T>, type?: MessageType<T>): Promise<void>;
}

/** @internal The parts of a context. */
export interface ContextParts {
  readonly link: ReceivingLink;
  readonly inbound: Routed<Uint8Array>;
  readonly envelope: Envelope;
  readonly closing: AbortSignal;
  /** The type that an answer has unless it says otherwise. */
  readonly responseType: MessageType | undefined;
}

/** @internal */
export class Context implements RequestContext {
  readonly #parts: ContextParts;
  readonly deadline: number | undefined;
  #signal: AbortSignal | undefined;
  #wait: Deferred<void> | undefined;
  #ended = false;
  #replied = false;

  constructor(parts: ContextParts) {
    this.#parts = parts;
    const { timeoutMs } = parts.envelope;
    this.deadline = timeoutMs === undefined || timeoutMs === 0 ? undefined : Date.now() + timeoutMs;
  }

  get link(): ReceivingLink {
    return this.#parts.link;
  }

  get route(): readonly Uint8Array[] {
    return this.#parts.inbound.route;
  }

  /** Whether an answer was sent, or its sending begun. */
  get replied(): boolean {
    return this.#replied;
  }

  // Made when it is asked for: most handlers are done before anything could be aborted.
  get signal(): AbortSignal {
    this.#signal ??=
      this.deadline === undefined || this.#ended
        ? this.#parts.closing
        : this.#abortedAt(this.deadline, this.#parts.closing);
    return this.#signal;
  }

  /** To be called when the handler is done: nothing is to remember the request any more. */
  end(): void {
    this.#ended = true;
    this.#wait?.resolve();
  }

  // Not AbortSignal.any(): in Node.js 20 the reactor's signal would keep an entry for each request
  // for as long as the reactor lives.
  #abortedAt(deadline: number, closing: AbortSignal): AbortSignal {
    if (closing.aborted) return closing;
    const controller = new AbortController();
    this.#wait = openWait<void>(
      { timeoutMs: Math.max(0, deadline - Date.now()), signal: closing },
      () => "",
      () => {
        controller.abort(
          closing.aborted
            ? closing.reason
            : new DividereError("TIMEOUT", "The requester no longer waits for the answer"),
        );
      },
    );
    this.#wait.promise.catch(() => {});
    return controller.signal;
  }

  async reply<T extends object>(message: MessageInit<T>, type?: MessageType<T>): Promise<void> {
    const { link, inbound, responseType } = this.#parts;
    if (this.#replied) {
      throw new DividereError(
        "OUT_OF_ORDER",
        `A second answer to one request on ${link.endpoints.join(", ")}; it takes one`,
      );
    }
    // A message that does not encode leaves the request open.
    const frame = link._encode(message, (type as MessageType | undefined) ?? responseType);
    this.#replied = true;
    await link._answer(inbound, frame);
  }
}
