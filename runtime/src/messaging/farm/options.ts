import { DividereError } from "../../base/errors.js";
import {
  type Security,
  type SecurityOption,
  securedBy,
} from "../../connection/security/options.js";
import type { Endpoints } from "../../connection/socket/endpoint.js";

/** Options for {@link MpMsgReactor}. At least one of `serve` and `subscribe` is required. */
export interface MpMsgReactorOptions {
  /**
   * The endpoints on which to serve requests; bound, unless an endpoint begins with `>`.
   * `tcp://127.0.0.1:5555` serves this machine alone, `tcp://*:5555` every network interface.
   */
  readonly serve?: Endpoints;
  /** The endpoints at which the events are published. */
  readonly subscribe?: Endpoints;
  /**
   * The number of processes. By default as many as the machine runs at a time,
   * `os.availableParallelism()`.
   */
  readonly workers?: number;
  /**
   * The number of messages that one process has in hand at a time; further messages wait in this
   * process's socket for the next free process. 1 by default: a handler that computes gains nothing
   * from a higher number, and a crash then loses one message only. Raise the number for handlers
   * that wait, for example for a database.
   */
  readonly concurrency?: number;
  /** The name of the module's export that is the reactor class. `"default"` by default. */
  readonly export?: string;
  /**
   * The data for each reactor's `initWorker`; passed as a copy, so without functions or class
   * instances.
   */
  readonly data?: unknown;
  /**
   * The interval between calls of {@link MtMsgReactor.idle} in an idle process, in milliseconds.
   * 100 by default.
   */
  readonly idleIntervalMs?: number;
  /**
   * The time that {@link MpMsgReactor.stop} and {@link MpMsgReactor.drain} wait for the messages in
   * hand, in milliseconds. Workers that are not done then are killed. 30,000 by default; `Infinity`
   * for no limit.
   */
  readonly stopTimeoutMs?: number;
  /**
   * The options of `node` for the processes. By default those of this process, such as
   * `--import tsx`, except those for the debugger.
   */
  readonly execArgv?: readonly string[];
  /**
   * The module with the reactors' interceptors, which cannot be copied to another process:
   * `new URL("./interceptors.js", import.meta.url)`. Each process loads it before the reactor's module
   * and gives its export `interceptors`, a list, to the reactor's options. A process that is told to
   * end calls the module's export `shutdown`, if there is one, after the last answer and waits for
   * it. None by default.
   */
  readonly interceptors?: URL | string;
  /** The version of the service, which the introspection tells; any text. None by default. */
  readonly version?: string;
  /**
   * Whether this process answers the service `dividere.v1.Introspection` on `serve`, for all workers.
   * `true` by default.
   */
  readonly introspection?: boolean;
  /** Secures `serve` and `subscribe` with CURVE; the keys stay in this process. */
  readonly security?: Security;
}

/**
 * Returns the options of the links that read from `serve` and `subscribe`.
 *
 * @throws DividereError `ENDPOINT_INVALID` when neither `serve` nor `subscribe` is given.
 */
export function sourceOptions({ serve, subscribe, security }: MpMsgReactorOptions): SecurityOption {
  if (serve !== undefined || subscribe !== undefined) return securedBy(security);
  throw new DividereError(
    "ENDPOINT_INVALID",
    "A reactor in worker processes needs something to read from; give the option serve or subscribe",
  );
}
