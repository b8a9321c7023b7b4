import { ConnectionError } from "../../base/errors.js";
import { log } from "../../base/log.js";
import type { Arrival } from "./server-call.js";

/** How long answers that nobody gets are counted before the log tells of them, in milliseconds. */
const COUNTED_MS = 1_000;

interface Lost {
  readonly peer: string;
  readonly endpoints: readonly string[];
  answers: number;
}

/**
 * The answers whose clients have left. The log has one line a client, with the number of its answers:
 * a client that ends takes every call with it that it had in flight.
 */
export class LostAnswers {
  readonly #lost = new Map<string, Lost>();
  #timer: NodeJS.Timeout | undefined;
  #total = 0;

  /** The number of all answers that were lost. */
  get total(): number {
    return this.#total;
  }

  /**
   * Waits for an answer to be sent, and counts it where its client has left.
   *
   * @throws what sending fails with otherwise.
   */
  async count({ link, inbound }: Arrival, sending: Promise<void>): Promise<void> {
    try {
      await sending;
    } catch (error) {
      if (!(error instanceof ConnectionError) || error.code !== "PEER_UNREACHABLE") throw error;
      const peer = nameOf(inbound.route[0]);
      const lost = this.#lost.get(peer) ?? { peer, endpoints: link.endpoints, answers: 0 };
      lost.answers++;
      this.#total++;
      this.#lost.set(peer, lost);
      this.#timer ??= setTimeout(() => this.tell(), COUNTED_MS).unref();
    }
  }

  /** Logs what was counted. */
  tell(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    for (const lost of this.#lost.values())
      log("messaging", "warn", lost, "a client left before it got its answers");
    this.#lost.clear();
  }
}

/** A socket's identity as text, or in hexadecimal where it is none. */
function nameOf(identity: Uint8Array | undefined): string {
  if (identity === undefined) return "";
  const bytes = Buffer.from(identity);
  const text = bytes.toString("latin1");
  return /^[\x20-\x7e]+$/.test(text) ? text : bytes.toString("hex");
}
