import { setTimeout as delay } from "node:timers/promises";
import { systemCode } from "../../base/errors.js";
import type { WritableSocket } from "../queue/send-options.js";

/** The interval between attempts to send a message that a subscriber has no room for. */
const LOOK_FOR_ROOM_MS = 5;

/**
 * An XPUB socket with the option ZMQ_XPUB_NODROP, which fails a send while one of the message's
 * subscribers has no room. Such a socket claims to be writable nevertheless, so that zeromq.js tries
 * again without a pause; here a send that fails takes its time.
 */
export class PatientSocket implements WritableSocket {
  readonly #socket: WritableSocket;
  /** Whether the last send has failed for want of room. */
  #full = false;

  constructor(socket: WritableSocket) {
    this.#socket = socket;
  }

  get writable(): boolean {
    return this.#socket.writable;
  }

  get sendTimeout(): number {
    return 0;
  }

  // libzmq knows at once whether there is room, and zeromq.js would learn nothing by waiting.
  set sendTimeout(_ms: number) {}

  /** Throws at once while another send is pending, as the socket does. */
  send(frames: Uint8Array[]): Promise<void> {
    return this.#socket.send(frames).then(this.#sent, this.#failed);
  }

  readonly #sent = (): void => {
    this.#full = false;
  };

  readonly #failed = async (error: unknown): Promise<void> => {
    if (systemCode(error) === "EAGAIN") {
      if (this.#full) await delay(LOOK_FOR_ROOM_MS);
      this.#full = true;
    }
    throw error;
  };
}
