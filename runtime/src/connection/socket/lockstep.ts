import type { Socket } from "zeromq";
import type { WaitOptions } from "../../base/wait.js";
import { EMPTY } from "../frames/routed.js";
import type { ReadableSocket } from "../queue/parts/readable-socket.js";
import type { WritableSocket } from "../queue/send-options.js";
import type { SendQueue } from "../queue/send-queue.js";
import { type Turn, Turns } from "../queue/turns.js";
import type { Endpoints } from "./endpoint.js";
import type { ConnectorOptions } from "./options.js";
import { Receiver } from "./receiver.js";

/**
 * The base of {@link Request} and {@link Response}, which send and receive in turn and refuse a
 * call out of turn.
 */
export abstract class Lockstep<S extends Socket & ReadableSocket & WritableSocket> extends Receiver<
  S,
  Uint8Array
> {
  readonly #out: SendQueue;
  readonly #turns: Turns;
  readonly #resume = (): void => this.resumeReceiving();

  protected constructor(
    socket: S,
    endpoints: Endpoints,
    options: ConnectorOptions & { usual: "connect" | "auto"; first: Turn },
  ) {
    super(socket, endpoints, options.usual, options);
    this.#turns = new Turns(options.first, () => this.describe());
    this.#out = this.sendQueue(socket, options);
  }

  /**
   * Sends a message of one frame. A socket that connects accepts it at once, even before its peer
   * is there; a bound socket waits until a peer has connected. A message of more than 128 bytes is
   * not copied: do not change its bytes afterwards.
   *
   * @throws DividereError `OUT_OF_ORDER` when a message must be received first, `TIMEOUT` or
   *   `CLOSED`.
   */
  send(message: Uint8Array, options?: WaitOptions): Promise<void> {
    try {
      this.#turns.take("send");
    } catch (error) {
      return Promise.reject(error);
    }
    return this.#turns.keep(this.#out.send([message], options)).then(this.#resume);
  }

  /**
   * Receives the next message.
   *
   * @throws DividereError `OUT_OF_ORDER` when a message must be sent first, `TIMEOUT` or `CLOSED`.
   *   After a time-out the message can still be received.
   */
  override recv(options?: WaitOptions): Promise<Uint8Array> {
    return super.recv(options);
  }

  protected override checkReceive(): void {
    this.#turns.check("recv");
  }

  protected override received(frames: Buffer[]): Uint8Array {
    this.#turns.take("recv");
    return frames[0] ?? EMPTY;
  }

  protected override mayReceive(): boolean {
    return this.#turns.isSettled("recv");
  }

  protected override release(): void {
    super.release();
    this.#out.close();
  }
}
