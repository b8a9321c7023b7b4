/** Messages that wait to leave together, and that come before every message sent from now on. */
export interface Ahead {
  readonly count: number;
  readonly bytes: number;
  /** Sends the messages. Does nothing if none waits. */
  flush(): void;
}
