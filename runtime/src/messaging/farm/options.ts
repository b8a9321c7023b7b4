import { DividereError } from "../../base/errors.js";
import {
  type Security,
  type SecurityOption,
  securedBy,
} from "../../connection/security/options.js";
import type { Endpoints } from "../../connection/socket/endpoint.js";

/**
 * Options for {@link MpMsgReactor}. At least one of `serve` and `subscribe` has to be given.
 */
export interface MpMsgReactorOptions {
  /**
   * Where to serve requests; bound, unless the endpoint begins with `>`. `tcp://127.0.0.1:5555`
   * serves this machine alone, `tcp://*:5555` every network interface.
   */
  readonly serve?: Endpoints;
  /** Where the events are published. */
  readonly subscribe?: Endpoints;
  /**
   * How many processes. As many as the machine runs at a time by default,
   * `os.availableParallelism()`.
   */
  readonly workers?: number;
  /**
   * How many messages one process has in hand at a time; further ones wait in this process's socket
   * for the next that is free. 1 by default: a handler that computes gains nothing from more, and a
   * crash loses no more. Raise it for handlers that wait, for a database say.
   */
  readonly concurrency?: number;
  /** The name of the module's export that is the reactor class. `"default"` by default. */
  readonly export?: string;
  /** Given to each reactor's `initWorker`; a copy, so no functions or class instances. */
  readonly data?: unknown;
  /**
   * How often {@link MtMsgReactor.idle} is called in a process that has nothing to do, in
   * milliseconds. 100 by default.
   */
  readonly idleIntervalMs?: number;
  /**
   * The options of `node` for the processes. By default those of this process, such as
   * `--import tsx`, but for the debugger's.
   */
  readonly execArgv?: readonly string[];
  /** Secures `serve` and `subscribe` with CURVE; the keys stay in this process. */
  readonly security?: Security;
}

/**
 * The options of the links that read from `serve` and `subscribe`.
 *
 * @throws DividereError `ENDPOINT_INVALID` when there is nothing to read from.
 */
export function sourceOptions({ serve, subscribe, security }: MpMsgReactorOptions): SecurityOption {
  if (serve !== undefined || subscribe !== undefined) return securedBy(security);
  throw new DividereError(
    "ENDPOINT_INVALID",
    "A reactor in worker processes needs something to read from; give the option serve or subscribe",
  );
}
