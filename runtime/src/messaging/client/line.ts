import type { Dealer } from "../../connection/dealer.js";
import type { CallBatches } from "../batch/call-batches.js";

/** One dealer and its peers. */
export interface Line {
  readonly dealer: Dealer;
  /** Sends requests together, to a server that reads them. */
  readonly batches: CallBatches;
  /** The endpoint as it was given; undefined for several. */
  readonly endpoint: string | undefined;
  /** The number of peers. */
  peers: number;
  /** The features that the server has shown to understand; a sum of `Feature`s. */
  features: number;
  /** The number of open calls that were last sent here. */
  calls: number;
  /** Whether the line takes no further call, and closes when it has no call. */
  leaving: boolean;
  /** Whether the server has refused a call because it stops, or is a service of another name. */
  stopping: boolean;
}

/** Returns whether the line takes a further call now. */
export function isOpen({ peers, leaving, stopping }: Line): boolean {
  return peers > 0 && !leaving && !stopping;
}

/**
 * The line of the next call: `inTurn` takes the connected lines in turn, `lasting` the same line as long as
 * it is connected.
 */
export type LineChoice = "inTurn" | "lasting";
