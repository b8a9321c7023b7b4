/** The counts of a connector's unsent messages, by reason. */
export interface DroppedCounts {
  /** Dropped by `whenFull: "drop-oldest"`. */
  readonly oldest: number;
  /** Dropped by `whenFull: "drop-newest"`. */
  readonly newest: number;
  /** Refused with `QUEUE_FULL`. */
  readonly rejected: number;
  /** Given up by their time-out or their signal before libzmq accepted them. */
  readonly givenUp: number;
  /** Refused with `PEER_UNREACHABLE`. */
  readonly unreachable: number;
  /** Refused with `PEER_BUSY`. */
  readonly busy: number;
  /** Still waiting when the connector was closed. */
  readonly closed: number;
  /** Refused by libzmq for another reason, with `SEND_FAILED`. */
  readonly failed: number;
}
