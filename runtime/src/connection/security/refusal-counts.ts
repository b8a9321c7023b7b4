import type { RefusalReason } from "./refusal.js";

/** The count of refusals of one peer, or by it. */
export interface RefusalCount {
  /** The reason of the refusals. */
  readonly reason: RefusalReason;
  /** The endpoint of this socket. */
  readonly endpoint: string;
  /** The peer's public key, if the peer showed one. */
  readonly publicKey: string | undefined;
  /** The peer's IP address, if it is known. */
  readonly address: string | undefined;
  /** The number of attempts. */
  readonly count: number;
}

/**
 * The number of peers that are counted separately, which limits the memory that a stranger with
 * ever new keys can take.
 */
const MOST_PEERS = 256;

type Peer = Omit<RefusalCount, "count">;

/** Counts refusals by peer, so that each peer is logged once and not at every attempt. */
export class RefusalCounts {
  readonly #counts = new Map<string, { -readonly [K in keyof RefusalCount]: RefusalCount[K] }>();
  #total = 0;

  /** The number of refusals of all peers, including those that are not counted separately. */
  get total(): number {
    return this.#total;
  }

  /** The peers that are counted separately, with their counts. */
  get list(): readonly RefusalCount[] {
    return [...this.#counts.values()].map((each) => ({ ...each }));
  }

  /** Counts a refusal; returns `true` for a peer's first refusal. */
  note(peer: Peer): boolean {
    this.#total++;
    const key = JSON.stringify([peer.reason, peer.endpoint, peer.publicKey, peer.address]);
    const known = this.#counts.get(key);
    if (known !== undefined) {
      known.count++;
      return false;
    }
    if (this.#counts.size >= MOST_PEERS) return false;
    this.#counts.set(key, { ...peer, count: 1 });
    return true;
  }

  /**
   * Forgets peers that were accepted since, or have accepted this end: their next refusal is new.
   */
  forget(isMeant: (peer: RefusalCount) => boolean): void {
    for (const [key, each] of this.#counts) {
      if (isMeant(each)) this.#counts.delete(key);
    }
  }
}
