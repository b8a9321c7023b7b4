import type { Socket } from "zeromq";
import type { WaitOptions } from "../../base/wait.js";
import { EMPTY } from "../frames/routed.js";
import type { ReadableSocket } from "../queue/receive-queue.js";
import type { WritableSocket } from "../queue/send-options.js";
import type { SendQueue } from "../queue/send-queue.js";
import { type Turn, Turns } from "../queue/turns.js";
import type { Endpoints } from "./endpoint.js";
import type { ConnectorOptions } from "./options.js";
import { Receiver } from "./receiver.js";

/**
 * What {@link Request} and {@link Response} share: they send and receive in turn, and say so when a
 * call is out of turn.
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
   * Sends a message of one frame. A socket that connects takes it at once, whether its peer is there
   * yet or not; one that is bound waits until a peer has come. A message of more than 128 bytes is
   * not copied: leave its bytes as they are afterwards.
   *
   * @throws DividereError `OUT_OF_ORDER` when a message has to be received first, `TIMEOUT` or
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
   * The next message.
   *
   * @throws DividereError `OUT_OF_ORDER` when a message has to be sent first, `TIMEOUT` or
   *   `CLOSED`. After a time-out the message can still be received.
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
