import type { Routed } from "../../../connection/frames/routed.js";
import type { ReactorOptions } from "../../reactor/handler.js";
import type { WorkerError } from "./worker-error.js";

/** The settings of a worker process. */
export interface WorkerPlan {
  readonly index: number;
  readonly module: string;
  readonly exportName: string;
  readonly execArgv: readonly string[];
  readonly reactorOptions: ReactorOptions;
  readonly data: unknown;
  readonly folder: string | undefined;
  /** Where to bind what the worker's links connect to. */
  readonly serve: string | undefined;
  readonly subscribe: string | undefined;
}

/** Callbacks to the worker's owner; each runs in its own event-loop turn. */
export interface WorkerOwner {
  /** It takes messages from now on; these are the topics of the events that it wants. */
  onReady(topics: readonly Uint8Array[]): void;
  /** It has done one of the things that it had in hand. */
  onFreed(): void;
  onReply(reply: Routed<Uint8Array>): void;
  /** Its reactor has stopped by itself, and the process is about to end. */
  onStopping(): void;
  /** The process has ended, and its links are closed. Told once, whatever became of it. */
  onGone(end: WorkerEnd): void;
}

/** How it came to an end. */
export interface WorkerEnd {
  /** `undefined` when it was told to end, or its reactor stopped by itself. */
  readonly error: WorkerError | undefined;
  /** Whether it had ever been ready. */
  readonly wasReady: boolean;
  /** The requests that it had in hand. */
  readonly requests: readonly Routed<Uint8Array>[];
  /** How many events it had in hand. */
  readonly events: number;
}
