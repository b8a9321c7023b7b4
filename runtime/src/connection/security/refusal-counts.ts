import type { RefusalReason } from "./refusal.js";

/** How often a peer was refused, or has refused this end. */
export interface RefusalCount {
  /** Why. */
  readonly reason: RefusalReason;
  /** The endpoint of this socket that it was about. */
  readonly endpoint: string;
  /** The peer's public key, where it showed one. */
  readonly publicKey: string | undefined;
  /** The peer's IP address, where it is known. */
  readonly address: string | undefined;
  /** The number of attempts. */
  readonly count: number;
}

/** So many peers are told apart; a stranger with ever new keys costs no more memory than they. */
const MOST_PEERS = 256;

type Peer = Omit<RefusalCount, "count">;

/** Counts refusals by peer, so that each peer is logged once and not for each of its attempts. */
export class RefusalCounts {
  readonly #counts = new Map<string, { -readonly [K in keyof RefusalCount]: RefusalCount[K] }>();
  #total = 0;

  /** How many refusals there were of all peers, those that are not told apart included. */
  get total(): number {
    return this.#total;
  }

  /** The peers that are told apart, with their counts. */
  get list(): readonly RefusalCount[] {
    return [...this.#counts.values()].map((each) => ({ ...each }));
  }

  /** Counts a refusal; `true` for the first of a peer. */
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

  /** Forgets peers that have since been let in, or have let this end in: their next refusal is news. */
  forget(isMeant: (peer: RefusalCount) => boolean): void {
    for (const [key, each] of this.#counts) {
      if (isMeant(each)) this.#counts.delete(key);
    }
  }
}
