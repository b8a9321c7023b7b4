import { toError } from "../../../base/errors.js";
import type { ReactorOptions } from "../../reactor/handler.js";

/**
 * Where a reactor in a worker process finds its messages: the first argument of its constructor, as
 * a generated reactor takes it. Both endpoints lead to the process that started it.
 */
export interface WorkerLinks {
  /**
   * Where the requests come from, for a {@link Router} or a {@link Response}; there where the farm
   * has a `serve`.
   */
  readonly serve?: string;
  /**
   * Where the events come from, for a {@link Subscriber}; there where the farm has a `subscribe`.
   */
  readonly subscribe?: string;
}

/** A message from the process that started a worker to the worker. */
export type ToWorker =
  | {
      readonly type: "start";
      readonly module: string;
      readonly exportName: string;
      readonly links: WorkerLinks;
      readonly options: ReactorOptions;
      readonly index: number;
      readonly data: unknown;
      /**
       * Holds the links' files; the worker removes it if the process that should have done so is
       * gone.
       */
      readonly folder: string | undefined;
    }
  | { readonly type: "stop" };

/** A message from a worker to the process that started it. */
export type FromWorker =
  /** Messages may come. `events` are the full names of the types that it subscribed to. */
  | { readonly type: "ready"; readonly events: readonly string[] }
  /** It can't be started, and ends. */
  | { readonly type: "failed"; readonly error: ErrorReport }
  /** An event has been handled; a request tells so by its answer. */
  | { readonly type: "event-done" }
  /** The reactor stopped without being told to, and the process ends. */
  | { readonly type: "stopped" };

/** An error as it travels between processes. */
export interface ErrorReport {
  readonly name: string;
  readonly message: string;
  readonly stack: string | undefined;
}

export function reportOf(thrown: unknown): ErrorReport {
  const { name, message, stack } = toError(thrown);
  return { name, message, stack };
}

export function fromReport(report: ErrorReport): Error {
  const error = new Error(report.message);
  error.name = report.name;
  if (report.stack !== undefined) error.stack = report.stack;
  return error;
}
