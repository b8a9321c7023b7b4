import type { Deferred } from "../../../base/wait.js";
import type { DroppedCounts } from "./dropped-counts.js";

/** A message that waits before a socket. */
export interface Entry {
  frames: Uint8Array[];
  readonly bytes: number;
  /** Whether the caller set a time-out or a signal. */
  readonly mayGiveUp: boolean;
  readonly wait: Deferred<void>;
  /** The counter to which the message was added when its caller was told that it is not sent. */
  drop?: keyof DroppedCounts;
}

/** The longest wait of one attempt of zeromq.js for room in the socket, for a queued message. */
export const SEND_ATTEMPT_MS: number = 100;

/** The number of direct sends in one turn of the event loop, before other work gets its turn. */
export const MOST_IN_A_TURN: number = 512;

/**
 * The interval between checks of a socket without room, for a send that may be given up. An attempt
 * cannot be cancelled, so such a send begins none that would have to wait.
 */
export const LOOK_FOR_ROOM_MS: number = 5;
