import { statusOf } from "../envelope/reply.js";
import { Histogram, type LatencyStats } from "./histogram.js";

/** The counts of the calls of one rpc, or of its events. */
export interface RpcStats {
  /**
   * The rpc, such as `greeter.v1.Greeter/Reverse`; the type of the message in a reactor without a
   * proto service.
   */
  readonly rpc: string;
  /** Calls, or events, that were taken. */
  readonly started: number;
  /** Calls that were answered as their handler wanted, and events that were handled. */
  readonly succeeded: number;
  /** Calls and events that failed, of any cause. */
  readonly failed: number;
  /**
   * The failures by status code, such as `HANDLER_FAILED` or `CANCELLED`. Beyond 64 codes the others
   * are counted together as `OTHER`.
   */
  readonly failures: Readonly<Record<string, number>>;
  /** Calls and events whose handlers run now. */
  readonly inFlight: number;
  /**
   * The times from the arrival of a call to its end, the wait for a free handler included; those of
   * failed calls too.
   */
  readonly latency: LatencyStats;
}

/** The most status codes that are counted separately: a handler may make up any number of them. */
const MOST_CODES = 64;

/** Counts the calls of one rpc, in memory that does not grow with their number. */
export class RpcCounters {
  readonly #rpc: string;
  readonly #latency = new Histogram();
  readonly #failures = new Map<string, number>();
  #started = 0;
  #succeeded = 0;
  #failed = 0;

  constructor(rpc: string) {
    this.#rpc = rpc;
  }

  /** Counts a call that is taken; {@link succeed} or {@link fail} must follow. */
  begin(): void {
    this.#started++;
  }

  /** @param tookMs - The time from the call's arrival to its end, in milliseconds. */
  succeed(tookMs: number): void {
    this.#succeeded++;
    this.#latency.add(tookMs);
  }

  /** @param tookMs - The time from the call's arrival to its end, in milliseconds. */
  fail(tookMs: number, error: unknown): void {
    this.failWith(tookMs, statusOf(error).code);
  }

  /** Counts a failure by its status code. */
  failWith(tookMs: number, code: string): void {
    this.#failed++;
    const known = this.#failures.has(code) || this.#failures.size < MOST_CODES;
    const counted = known ? code : "OTHER";
    this.#failures.set(counted, (this.#failures.get(counted) ?? 0) + 1);
    this.#latency.add(tookMs);
  }

  /** Returns the counts so far. */
  read(): RpcStats {
    return {
      rpc: this.#rpc,
      started: this.#started,
      succeeded: this.#succeeded,
      failed: this.#failed,
      failures: Object.fromEntries(this.#failures),
      inFlight: this.#started - this.#succeeded - this.#failed,
      latency: this.#latency.read(),
    };
  }
}
