/** The part of a zeromq.js socket that the queue writes to. */
export interface WritableSocket {
  /** Whether a message can be taken at once. */
  readonly writable: boolean;
  /** How long a send waits for room in zeromq.js, in milliseconds. */
  sendTimeout: number;
  send(frames: Uint8Array[]): Promise<void>;
}

/** The policy for a message that finds the queue before the socket full. */
export type WhenFull = "wait" | "reject" | "drop-newest" | "drop-oldest";

/** The bounds of a queue and its policy. */
export interface SendQueueOptions {
  readonly endpoint: () => string;
  /** The likely cause of a time-out, to end the error's sentence; empty where none is known. */
  readonly hint: () => string;
  /** The number of messages that may wait. */
  readonly limit: number;
  /** The number of bytes that may wait; a single message may be larger. */
  readonly limitBytes: number;
  /** By default a message that may be given up waits, and another is rejected. */
  readonly whenFull: WhenFull | undefined;
  /** Whether a message that finds no room in the socket waits for it, rather than fails. */
  readonly retryWhenBusy: boolean;
  /**
   * Whether the socket is asked for room before each send. Where several sends overlap and one that
   * finds no room waits for it, a later one must not find the room that has just become free.
   */
  readonly asksForRoom: boolean;
}
