import type { Router as RouterSocket } from "zeromq";
import { fromFrames, type Routed, toFrames } from "./frames/routed.js";
import type { SendQueue } from "./queue/send-queue.js";
import type { Endpoints, UsualMode } from "./socket/endpoint.js";
import type { ConnectorOptions } from "./socket/options.js";
import { Receiver } from "./socket/receiver.js";
import { routerSocket } from "./socket/routing.js";

/**
 * Serves any number of REQ and DEALER peers at once: a received message carries the route to its
 * sender, and a sent message follows its route. Binds an endpoint with `*`, connects to any other.
 *
 * @example
 * ```ts
 * import { Router } from "dividere/connection";
 *
 * await using router = new Router("@tcp://127.0.0.1:5555");
 * for await (const { route, message } of router) {
 *   await router.send({ route, message: Buffer.from(message).reverse() });
 * }
 * ```
 */
export class Router extends Receiver<RouterSocket, Routed<Uint8Array>> {
  readonly #out: SendQueue;

  /**
   * @param usual - The use of an endpoint that begins with neither `@` nor `>`.
   * @throws ConnectionError when an endpoint is invalid or cannot be bound.
   */
  constructor(endpoints: Endpoints, options: ConnectorOptions = {}, usual: UsualMode = "auto") {
    const socket = routerSocket(options);
    super(socket, endpoints, usual, options);
    this.#out = this.sendQueue(socket, options, "fail");
  }

  /**
   * Sends a message to the peer that its route names. One peer never waits for another.
   *
   * @throws ConnectionError `PEER_UNREACHABLE` when the peer has disconnected, `PEER_BUSY` when the
   *   peer does not read and its queue is at the high-water mark; the message is lost.
   */
  send(message: Routed<Uint8Array>): Promise<void> {
    return this.#out.send(toFrames(message));
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
