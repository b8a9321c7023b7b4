import type { WorkerError } from "./process/worker-error.js";

/**
 * An event in the life of the worker processes, discriminated by `type`; `worker` is the number of
 * the worker, from 0.
 *
 * - `ready` – the worker takes messages.
 * - `stopped` – the worker has ended as told.
 * - `crashed` – the worker has ended by itself. `lost` counts the requests (refused to their
 *   senders) and events that it had in hand; `restartInMs` is the time until its replacement,
 *   `undefined` if it is not replaced, after five failed starts in a row.
 * - `failed` – no worker is left, and the farm has closed itself.
 */
export type WorkerStatus =
  | { readonly type: "ready"; readonly worker: number; readonly pid: number | undefined }
  | { readonly type: "stopped"; readonly worker: number; readonly pid: number | undefined }
  | {
      readonly type: "crashed";
      readonly worker: number;
      readonly pid: number | undefined;
      readonly error: WorkerError;
      readonly lost: { readonly requests: number; readonly events: number };
      readonly restartInMs: number | undefined;
    }
  | { readonly type: "failed"; readonly error: Error };
