import type { WorkerError } from "./process/worker-error.js";

/**
 * Something that happened to the worker processes, told apart by `type`; `worker` is the number of
 * the worker, from 0.
 *
 * - `ready` – it takes messages.
 * - `stopped` – it has ended as it was told to.
 * - `crashed` – it has ended by itself. `lost` tells how many requests (refused to their senders)
 *   and events it had in hand, `restartInMs` when it is replaced; `undefined` when it is not, after
 *   five starts in a row that failed.
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
