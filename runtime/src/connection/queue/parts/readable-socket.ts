/** The part of a zeromq.js socket that the queue reads from. */
export interface ReadableSocket {
  /** Whether a message can be received at once. */
  readonly readable: boolean;
  /** The time that a receive waits in zeromq.js, in milliseconds; -1 for no limit. */
  receiveTimeout: number;
  receive(): Promise<Buffer[]>;
}
