import { Request as RequestSocket } from "zeromq";
import type { Endpoints } from "./socket/endpoint.js";
import { Lockstep } from "./socket/lockstep.js";
import {
  type ConnectorOptions,
  receiveSettings,
  sendSettings,
  socketSettings,
} from "./socket/options.js";

/**
 * Sends a request and receives its answer, in strict turns (Python: `connection.Request`). Requests
 * go to several endpoints round robin. Connects, unless the endpoint begins with `@`.
 *
 * @example
 * ```ts
 * import { Request } from "dividere/connection";
 *
 * await using request = new Request("tcp://127.0.0.1:5555");
 * await request.send(Buffer.from("hello"));
 * const answer = await request.recv({ timeoutMs: 1_000 });
 * console.log(Buffer.from(answer).toString());
 * ```
 */
export class Request extends Lockstep<RequestSocket> {
  /** @throws ConnectionError when an endpoint is invalid. */
  constructor(endpoints: Endpoints, options: ConnectorOptions = {}) {
    const socket = new RequestSocket({
      ...socketSettings(options),
      ...sendSettings(options),
      ...receiveSettings(options),
    });
    super(socket, endpoints, { ...options, usual: "connect", first: "send" });
  }
}
