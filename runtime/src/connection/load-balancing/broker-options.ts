import type { TwoSidedOptions } from "../two-sided.js";

/** Options for a broker. */
export interface BrokerOptions extends TwoSidedOptions {
  /**
   * How long a worker may be silent before it is sent a heartbeat, in milliseconds; after twice
   * that time it is taken for dead. 3,000 by default, as in Python.
   */
  heartbeatIntervalMs?: number;
  /** How many requests may wait for a worker. 1,000 by default. */
  queueLimit?: number;
}

/** The counters of a broker since its start. */
export interface BrokerCounters {
  /** Requests that were handed to a worker. */
  readonly forwarded: number;
  /** Answers that were handed to their client. */
  readonly answered: number;
  /** Requests that found the queue full. */
  readonly overflowed: number;
  /** Requests whose client stopped waiting before a worker was free. */
  readonly expired: number;
  /** Messages that were neither request nor answer nor heartbeat. */
  readonly malformed: number;
  /** Answers whose client had left, or did not read. */
  readonly undeliverable: number;
  /** Workers that waited for a request and were silent for too long, or could not be reached. */
  readonly workersLost: number;
}

/** The workers that a broker knows. */
export interface BrokerWorkers {
  /** Those that wait for a request. */
  readonly free: number;
  /** Those that have one in hand. */
  readonly busy: number;
}
