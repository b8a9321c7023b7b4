import { toError } from "../../../base/errors.js";
import type { ReactorOptions } from "../../reactor/handler.js";
import type { WorkerDescription } from "./description.js";

/**
 * The endpoints of a reactor in a worker process: the first argument of its constructor, in the
 * form that a generated reactor takes. Both endpoints lead to the parent process.
 */
export interface WorkerLinks {
  /**
   * The endpoint of the requests, for a {@link Router} or a {@link Response}; set if the farm has a
   * `serve`.
   */
  readonly serve?: string;
  /** The endpoint of the events, for a {@link Subscriber}; set if the farm has a `subscribe`. */
  readonly subscribe?: string;
}

/** A message from the parent process to a worker. */
export type ToWorker =
  | {
      readonly type: "start";
      readonly module: string;
      readonly exportName: string;
      readonly links: WorkerLinks;
      readonly options: ReactorOptions;
      /** The URL of the module with the reactor's interceptors. */
      readonly interceptors: string | undefined;
      readonly index: number;
      readonly data: unknown;
      /**
       * The folder of the links' files; the worker removes the folder if the parent process is
       * gone.
       */
      readonly folder: string | undefined;
    }
  | { readonly type: "stop" };

/** A message from a worker to its parent process. */
export type FromWorker =
  /** The worker takes messages. `events` are the full names of the types that it subscribed to. */
  | {
      readonly type: "ready";
      readonly events: readonly string[];
      readonly description: WorkerDescription;
    }
  /** The worker could not start, and ends. */
  | { readonly type: "failed"; readonly error: ErrorReport }
  /** An event has been handled. A request has its answer for this. */
  | { readonly type: "event-done" }
  /** The reactor stopped by itself, and the process ends. */
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
