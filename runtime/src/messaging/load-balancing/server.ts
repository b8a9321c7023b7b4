import type { WaitOptions } from "../../base/wait.js";
import type { WorkerOptions } from "../../connection/load-balancing/worker-dealer.js";
import type { MessageType } from "../envelope/message-type.js";
import type { ReactorOptions } from "../reactor/handler.js";
import { MtMsgReactor } from "../reactor/reactor.js";
import { ServerLink } from "./server-link.js";

/** Options for {@link Server}. */
export interface ServerOptions
  extends WorkerOptions,
    Pick<ReactorOptions, "concurrency" | "idleIntervalMs" | "interceptors"> {}

/**
 * A reactor that serves behind a broker (Python: `messaging.LoadBalancingPattern.Server` and its
 * `ServerMsgReactor`). Subclass it with a method for each request type: `handleMsg01(msg, ctx)`
 * returns the answer to a `Msg01`. A generated reactor needs no such class:
 * `new MyReactor({ broker: "tcp://localhost:6001" })`.
 *
 * {@link ServerLink} describes the link to the broker, and `MtMsgReactor` the reactor.
 *
 * @typeParam M - The union of the types of the requests and of their answers.
 *
 * @example
 * ```ts
 * import { LoadBalancing } from "dividere/messaging";
 * import { Msg01 } from "./gen/greeter.js";
 *
 * class MyServer extends LoadBalancing.Server {
 *   handleMsg01({ field1 }: Msg01): Msg01 {
 *     return { field1: field1.toUpperCase() };
 *   }
 * }
 * await using server = new MyServer("tcp://127.0.0.1:6001", [Msg01]);
 * await server.stopped;
 * ```
 */
export abstract class Server<
  M extends MessageType<object> = MessageType<object>,
> extends MtMsgReactor {
  readonly #link: ServerLink<M>;

  /**
   * @param endpoint - The broker's back end.
   * @throws ConnectionError when the endpoint is invalid.
   */
  constructor(endpoint: string, types: readonly M[], options: ServerOptions = {}) {
    const link = new ServerLink(endpoint, types, options);
    super(link, options);
    this.#link = link;
  }

  /** Waits until the broker knows this server; see {@link ServerLink.waitForBroker}. */
  waitForBroker(options?: WaitOptions): Promise<void> {
    return this.#link.waitForBroker(options);
  }
}
