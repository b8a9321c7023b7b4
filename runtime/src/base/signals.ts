import { constants } from "node:os";
import { log } from "./log.js";

/** An object that stops in order: a reactor, a service, a broker, a proxy or a registry. */
export interface Stoppable {
  /** Fulfilled when the object has stopped, whatever stopped it. */
  readonly stopped: Promise<void>;
  /** Stops in order: finishes the work in hand, then closes. */
  stop(): Promise<void>;
  /** Stops in order within a time, and finishes what waits too; used in place of `stop` if it exists. */
  drain?(): Promise<unknown>;
}

const SIGNALS = ["SIGINT", "SIGTERM"] as const;

/**
 * Stops `stoppables` in order when the process gets SIGINT (Ctrl-C) or SIGTERM: they answer the
 * requests in hand, and the process then ends with exit code 0. A second signal ends the process at
 * once, with the exit code that shells expect (130 or 143).
 *
 * Once all `stoppables` have stopped, for whatever reason, the listeners are removed, and the signals
 * have their default effect again.
 *
 * @example
 * ```ts
 * import { MtMsgReactor, Router, ShutdownEvent, stopOnSignals } from "dividere/messaging";
 *
 * class Idle extends MtMsgReactor {}
 * await using reactor = new Idle(new Router("tcp://127.0.0.1:*", [ShutdownEvent]));
 * stopOnSignals(reactor);
 * await reactor.stopped;
 * ```
 *
 * @returns A function that removes the listeners early.
 */
export function stopOnSignals(...stoppables: readonly Stoppable[]): () => void {
  let signalled = false;
  const onSignal = (signal: (typeof SIGNALS)[number]): void => {
    if (signalled) process.exit(128 + constants.signals[signal]);
    signalled = true;
    log("messaging", "info", { signal }, `stopping on ${signal}; a second signal ends at once`);
    for (const each of stoppables) (each.drain?.() ?? each.stop()).catch(failed);
  };
  const remove = (): void => {
    for (const signal of SIGNALS) process.off(signal, onSignal);
  };
  for (const signal of SIGNALS) process.on(signal, onSignal);
  void Promise.allSettled(stoppables.map((each) => each.stopped)).then(remove);
  return remove;
}

function failed(error: unknown): void {
  process.exitCode = 1;
  log("messaging", "error", { err: error }, "could not stop in order");
}
