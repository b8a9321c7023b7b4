import type { TwoSidedOptions } from "../two-sided.js";

/** Options for a broker. */
export interface BrokerOptions extends TwoSidedOptions {
  /**
   * The silence after which the broker sends a worker a heartbeat, in milliseconds; after twice
   * that time the worker counts as dead. 3,000 by default, as in Python.
   */
  heartbeatIntervalMs?: number;
  /** The number of requests that may wait for a worker. 1,000 by default. */
  queueLimit?: number;
}

/** The counters of a broker since its start. */
export interface BrokerCounters {
  /** Requests that were passed to a worker. */
  readonly forwarded: number;
  /** Answers that were passed to their client. */
  readonly answered: number;
  /** Requests that found the queue full, or came while the broker drained. */
  readonly overflowed: number;
  /** Requests whose client stopped waiting before a worker was free. */
  readonly expired: number;
  /** Messages that were not a request, an answer or a heartbeat. */
  readonly malformed: number;
  /** Answers whose client had disconnected or did not read. */
  readonly undeliverable: number;
  /** Free workers that were silent for too long or could not be reached. */
  readonly workersLost: number;
}

/** The workers that a broker knows. */
export interface BrokerWorkers {
  /** The number of workers that wait for a request. */
  readonly free: number;
  /** The number of workers with a request in hand. */
  readonly busy: number;
}

/** Makes counters that stand at 0. */
export function noCounts(): { -readonly [K in keyof BrokerCounters]: number } {
  return {
    forwarded: 0,
    answered: 0,
    overflowed: 0,
    expired: 0,
    malformed: 0,
    undeliverable: 0,
    workersLost: 0,
  };
}
