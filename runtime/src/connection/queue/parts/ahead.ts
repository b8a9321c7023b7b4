import type { WaitOptions } from "../../../base/wait.js";

/** Messages that wait to leave together, and that come before every message sent from now on. */
export interface Ahead {
  readonly count: number;
  readonly bytes: number;
  /** Sends the messages. Does nothing if none waits. */
  flush(): void;
}

/** The sending side of a socket before which messages may wait to leave together. */
export interface AheadOf {
  /** Lets messages wait to leave together; each later send, the end and the close flush them. */
  putAhead(ahead: Ahead): void;
  /** Whether so many messages may wait to leave together. */
  mayWait(count: number, bytes: number): boolean;
  send(frames: Uint8Array[], options?: WaitOptions): Promise<void>;
  /** Sends one frame that holds several messages; returns `undefined` if it would have to wait. */
  sendNow(frames: Uint8Array[], count: number): Promise<void> | undefined;
}
