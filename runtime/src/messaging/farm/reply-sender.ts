import { RequestError } from "../../base/errors.js";
import { log } from "../../base/log.js";
import type { Routed } from "../../connection/frames/routed.js";
import type { Router } from "../../connection/router.js";
import type { Envelope } from "../envelope/format.js";
import { readEnvelope } from "../envelope/parse.js";
import { refusal } from "../envelope/reply.js";

/** Returns the workers' answers, and refusals, to the senders of the requests. */
export class ReplySender {
  readonly #front: Router | undefined;
  readonly #onLost: (reply: Routed<Uint8Array>) => void;
  readonly #sending = new Set<Promise<void>>();

  /** @param onLost - Called with an answer that could not be sent. */
  constructor(front: Router | undefined, onLost: (reply: Routed<Uint8Array>) => void) {
    this.#front = front;
    this.#onLost = onLost;
  }

  /** Refuses a request that arrives while the farm stops. */
  refuseStopping(request: Routed<Uint8Array>): void {
    this.#refuse(request, "STOPPING", "The other side is shutting down and takes no more requests");
  }

  /** Refuses a request whose worker process has ended. */
  refuseLost(request: Routed<Uint8Array>): void {
    this.#refuse(
      request,
      "WORKER_LOST",
      "The process that had the request in hand ended before it answered; it may have been carried out in part",
    );
  }

  #refuse(request: Routed<Uint8Array>, status: string, message: string): void {
    let envelope: Envelope | undefined;
    try {
      envelope = readEnvelope(request.message);
    } catch {
      // The sender of a malformed request gets an answer that any peer can decode.
    }
    const frame = refusal(envelope, new RequestError(status, message));
    this.send({ route: request.route, message: frame });
  }

  /** Sends an answer; logs the loss of an answer. */
  send(reply: Routed<Uint8Array>): void {
    if (this.#front === undefined || this.#front.closed) return;
    const sent: Promise<void> = this.#front
      .send(reply)
      .catch((error) => {
        this.#onLost(reply);
        log("messaging", "warn", { err: error }, "an answer was lost");
      })
      .finally(() => this.#sending.delete(sent));
    this.#sending.add(sent);
  }

  /** Fulfilled once every answer is sent or lost. */
  async flush(): Promise<void> {
    while (this.#sending.size > 0) await Promise.all(this.#sending);
  }
}
