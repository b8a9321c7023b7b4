import type { Routed } from "../../../connection/frames/routed.js";
import type { ReactorOptions } from "../../reactor/handler.js";
import type { WorkerDescription } from "./description.js";
import type { WorkerError } from "./worker-error.js";

/** The settings of a worker process. */
export interface WorkerPlan {
  readonly index: number;
  readonly module: string;
  readonly exportName: string;
  readonly execArgv: readonly string[];
  readonly reactorOptions: ReactorOptions;
  /** The URL of the module with the reactor's interceptors. */
  readonly interceptors: string | undefined;
  readonly data: unknown;
  readonly folder: string | undefined;
  /** The endpoints that the parent process binds, to which the worker's links connect. */
  readonly serve: string | undefined;
  readonly subscribe: string | undefined;
}

/** Callbacks to the worker's owner; each runs in its own event-loop turn. */
export interface WorkerOwner {
  /** The worker takes messages from now on; `topics` are those of its events. */
  onReady(topics: readonly Uint8Array[], description: WorkerDescription): void;
  /** The worker has finished a message in hand. */
  onFreed(): void;
  onReply(reply: Routed<Uint8Array>): void;
  /** The worker's reactor has stopped by itself, and the process is about to end. */
  onStopping(): void;
  /** The process has ended, and its links are closed. Called once, for any cause of the end. */
  onGone(end: WorkerEnd): void;
}

/** The end of a worker process. */
export interface WorkerEnd {
  /** The error; `undefined` if the worker was told to end, or its reactor stopped by itself. */
  readonly error: WorkerError | undefined;
  /** Whether the worker had ever been ready. */
  readonly wasReady: boolean;
  /** The requests that the worker had in hand. */
  readonly requests: readonly Routed<Uint8Array>[];
  /** The number of events that the worker had in hand. */
  readonly events: number;
}
