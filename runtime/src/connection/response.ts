import { Reply as ReplySocket } from "zeromq";
import type { Endpoints } from "./socket/endpoint.js";
import { Lockstep } from "./socket/lockstep.js";
import {
  type ConnectorOptions,
  receiveSettings,
  sendSettings,
  socketSettings,
} from "./socket/options.js";

/**
 * Receives requests and answers them, in strict turns, one requester after the other (Python:
 * `connection.Response`). Binds an endpoint with `*`, connects to any other, for example to the
 * back end of a proxy.
 *
 * @example
 * ```ts
 * import { Response } from "dividere/connection";
 *
 * await using response = new Response("@tcp://127.0.0.1:5555");
 * for await (const request of response) {
 *   await response.send(Buffer.from(request).reverse());
 * }
 * ```
 */
export class Response extends Lockstep<ReplySocket> {
  /** @throws ConnectionError when an endpoint is invalid or cannot be bound. */
  constructor(endpoints: Endpoints, options: ConnectorOptions = {}) {
    const socket = new ReplySocket({
      ...socketSettings(options),
      ...sendSettings(options),
      ...receiveSettings(options),
    });
    super(socket, endpoints, { ...options, usual: "auto", first: "recv" });
  }
}
