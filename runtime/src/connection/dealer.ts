import type { Dealer as DealerSocket } from "zeromq";
import type { WaitOptions } from "../base/wait.js";
import { EMPTY, fromFrames, type Routed, toFrames } from "./frames/routed.js";
import type { SendQueue } from "./queue/send-queue.js";
import type { Endpoints, UsualMode } from "./socket/endpoint.js";
import type { ConnectorOptions } from "./socket/options.js";
import { Receiver } from "./socket/receiver.js";
import { dealerSocket } from "./socket/routing.js";

/** Options for {@link Dealer}. */
export interface DealerOptions extends ConnectorOptions {
  /**
   * The name under which a router knows this socket, 1 to 255 bytes of UTF-8. A random UUID by
   * default, as in Python.
   */
  identity?: string;
}

/**
 * Sends and receives in any order (Python: `connection.Dealer`). Messages go to the peers round
 * robin. A received message carries its route, which is empty if the message came directly from a
 * peer that sent no route. Binds an endpoint with `*`, connects to any other.
 *
 * @example
 * ```ts
 * import { Dealer } from "dividere/connection";
 *
 * await using dealer = new Dealer("tcp://127.0.0.1:5555");
 * await dealer.sendWithEmptyFrame(Buffer.from("hello")); // to a Response
 * const { message } = await dealer.recv({ timeoutMs: 1_000 });
 * console.log(Buffer.from(message).toString());
 * ```
 */
export class Dealer extends Receiver<DealerSocket, Routed<Uint8Array>> {
  readonly #out: SendQueue;
  /** The name under which a router knows this socket. */
  readonly identity: string;

  /**
   * @param usual - The use of an endpoint that begins with neither `@` nor `>`.
   * @throws ConnectionError when an endpoint is invalid or cannot be bound.
   */
  constructor(endpoints: Endpoints, options: DealerOptions = {}, usual: UsualMode = "auto") {
    const identity = options.identity ?? crypto.randomUUID();
    const socket = dealerSocket(options, identity);
    super(socket, endpoints, usual, options);
    this.identity = identity;
    this.#out = this.sendQueue(socket, options, "wait in order");
  }

  /** The number of messages that `whenFull` has dropped. */
  get dropped(): number {
    return this.#out.dropped;
  }

  /**
   * Sends a message, or a message by a route. A message of more than 128 bytes is not copied: do
   * not change its bytes afterwards.
   */
  send(message: Uint8Array | Routed<Uint8Array>, options?: WaitOptions): Promise<void> {
    return this.#out.send(toFrames(message), options);
  }

  /**
   * Sends a message after an empty frame, as a REQ socket does, so that a {@link Response} can
   * answer it. The answer's route has that frame too.
   */
  sendWithEmptyFrame(message: Uint8Array, options?: WaitOptions): Promise<void> {
    return this.#out.send([EMPTY, message], options);
  }

  /** @internal The queue before the socket. */
  get _queue(): SendQueue {
    return this.#out;
  }

  protected override received(frames: Buffer[]): Routed<Uint8Array> {
    return fromFrames(frames);
  }

  protected override release(): void {
    super.release();
    this.#out.close();
  }
}
