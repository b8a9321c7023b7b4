import { ConnectionError } from "../../base/errors.js";
import { log } from "../../base/log.js";
import type { Arrival } from "./server-call.js";

/** The time for which lost answers are counted before they are logged, in milliseconds. */
const COUNTED_MS = 1_000;

interface Lost {
  readonly peer: string;
  readonly endpoints: readonly string[];
  answers: number;
}

/**
 * Counts the answers whose clients have disconnected. The log gets one line for each client, with
 * the number of its answers: a client that ends abandons all its calls in flight.
 */
export class LostAnswers {
  readonly #lost = new Map<string, Lost>();
  #timer: NodeJS.Timeout | undefined;
  #total = 0;

  /** The total number of lost answers. */
  get total(): number {
    return this.#total;
  }

  /** Counts an answer as lost if its client has disconnected; `false` for another error. */
  count({ link, inbound }: Arrival, error: unknown): boolean {
    if (!(error instanceof ConnectionError) || error.code !== "PEER_UNREACHABLE") return false;
    const peer = nameOf(inbound.route[0]);
    const lost = this.#lost.get(peer) ?? { peer, endpoints: link.endpoints, answers: 0 };
    lost.answers++;
    this.#total++;
    this.#lost.set(peer, lost);
    this.#timer ??= setTimeout(() => this.tell(), COUNTED_MS).unref();
    return true;
  }

  /** Logs the counts. */
  tell(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    for (const lost of this.#lost.values())
      log("messaging", "warn", lost, "a client left before it got its answers");
    this.#lost.clear();
  }
}

/** Returns a socket's identity as text, or in hexadecimal if it is not text. */
function nameOf(identity: Uint8Array | undefined): string {
  if (identity === undefined) return "";
  const bytes = Buffer.from(identity);
  const text = bytes.toString("latin1");
  return /^[\x20-\x7e]+$/.test(text) ? text : bytes.toString("hex");
}
