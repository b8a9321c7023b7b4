import type { WaitOptions } from "../../base/wait.js";
import type { Routed } from "../../connection/frames/routed.js";
import { WorkerDealer, type WorkerOptions } from "../../connection/load-balancing/worker-dealer.js";
import type { Envelope } from "../envelope/format.js";
import type { MessageOf, MessageType } from "../envelope/message-type.js";
import { refusal } from "../envelope/reply.js";
import type { Answering } from "../links/link.js";
import { RoutedLink } from "../links/routed-link.js";
import { serverEnvelopes } from "./signals.js";

/**
 * A link to a broker that distributes requests, for any reactor:
 * `new MyReactor(new LoadBalancing.ServerLink("tcp://localhost:6001", [Msg01]))`. The link
 * registers with the broker, registers again after the broker was away, and sends heartbeats by
 * itself; the reactor sees requests only. The link takes one request at a time, and gets the next
 * from the broker after its answer; a reactor needs several such links to handle several requests
 * at a time.
 *
 * The broker is this package's or Python's. A request that does not decode is refused to its
 * client, and then makes {@link recv} fail.
 *
 * @typeParam M - The union of the types of the messages received and sent.
 *
 * @example
 * ```ts
 * import { LoadBalancing } from "dividere/messaging";
 * import { Msg01 } from "./gen/greeter.js";
 *
 * await using link = new LoadBalancing.ServerLink("tcp://127.0.0.1:6001", [Msg01]);
 * for await (const { route, message } of link) {
 *   await link.sendRouted({ route, message: { field1: message.field1.toUpperCase() } });
 * }
 * ```
 */
export class ServerLink<M extends MessageType<object> = MessageType> extends RoutedLink<
  WorkerDealer,
  MessageOf<M>
> {
  override readonly answering: Answering = "required";
  override readonly concurrent: boolean = false;

  /**
   * @param endpoint - The back end of one broker; for several brokers make several links.
   * @throws ConnectionError when the endpoint is invalid.
   */
  constructor(endpoint: string, types: readonly M[], options: WorkerOptions = {}) {
    super(new WorkerDealer(endpoint, options, serverEnvelopes), types);
  }

  /** The name under which the broker knows this link. */
  get identity(): string {
    return this.connector.identity;
  }

  /**
   * Waits until the broker knows this link, which the broker's first heartbeat shows: immediately
   * after the connection with this package's broker, within an interval with Python's. Meanwhile a
   * reactor, a loop or a `recv` must read from the link.
   *
   * @throws DividereError `TIMEOUT` or `CLOSED`, or the signal's reason.
   */
  waitForBroker(options?: WaitOptions): Promise<void> {
    return this.connector.waitForBroker(options);
  }

  /**
   * Answers a request by its route, which frees this link for the next request.
   *
   * @param type - The message's type; by default the type that its `$type` names, or the link's
   *   only type.
   * @throws DividereError `UNKNOWN_MESSAGE_TYPE`, `UNENCODABLE_MESSAGE`, `QUEUE_FULL`, `TIMEOUT` or
   *   `CLOSED`.
   */
  async sendRouted<T extends MessageOf<M>>(
    routed: Routed<T>,
    type?: MessageType<T>,
    options?: WaitOptions,
  ): Promise<void> {
    await this.connector.send(this.encodeRouted(routed, type), options);
  }

  protected override undecodable(
    inbound: Routed<Uint8Array>,
    envelope: Envelope | undefined,
    error: unknown,
  ): Promise<void> {
    return this._answer(inbound, refusal(envelope, error));
  }
}
