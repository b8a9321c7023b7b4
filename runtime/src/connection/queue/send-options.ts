/** The part of a zeromq.js socket that the queue writes to. */
export interface WritableSocket {
  /** Whether the socket can accept a message at once. */
  readonly writable: boolean;
  /** The time that a send waits for room in zeromq.js, in milliseconds. */
  sendTimeout: number;
  send(frames: Uint8Array[]): Promise<void>;
}

/** The policy for a message that finds the queue before the socket full. */
export type WhenFull = "wait" | "reject" | "drop-newest" | "drop-oldest";

/** The bounds of a queue and its policy. */
export interface SendQueueOptions {
  readonly endpoint: () => string;
  /**
   * Returns the likely cause of a time-out, to end the error's sentence; empty if none is known.
   */
  readonly hint: () => string;
  /** The number of messages that may wait. */
  readonly limit: number;
  /** The number of bytes that may wait; a single message may be larger. */
  readonly limitBytes: number;
  /** By default a message that may be given up waits, and any other message is rejected. */
  readonly whenFull: WhenFull | undefined;
  /** Whether a message waits when the socket has no room, rather than fails. */
  readonly retryWhenBusy: boolean;
  /**
   * Whether the socket is asked for room before each send. If sends overlap and one of them waits
   * for room, a later send must not take the room that has just become free.
   */
  readonly asksForRoom: boolean;
}
