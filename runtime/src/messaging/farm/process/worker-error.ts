import { acrossCopies, DividereError } from "../../../base/errors.js";

/** How a process ended: one of the two is set. */
export interface ProcessEnd {
  /** The exit code of the process. */
  readonly exitCode: number | null;
  /** The signal that ended the process. */
  readonly exitSignal: string | null;
}

/**
 * The failure to start a worker process (`WORKER_FAILED`; an error that its module or reactor threw
 * is the `cause`), or the unasked end of one (`WORKER_LOST`).
 */
export class WorkerError extends DividereError implements ProcessEnd {
  static {
    acrossCopies(WorkerError, "WorkerError");
  }

  override readonly name: string = "WorkerError";
  /** The URL of the reactor's module. */
  readonly module: string;
  readonly exitCode: number | null;
  readonly exitSignal: string | null;

  /** @param module - The URL of the reactor's module. */
  constructor(
    code: "WORKER_FAILED" | "WORKER_LOST",
    module: string,
    message: string,
    options?: ErrorOptions & { readonly end?: ProcessEnd },
  ) {
    super(code, message, options);
    this.module = module;
    this.exitCode = options?.end?.exitCode ?? null;
    this.exitSignal = options?.end?.exitSignal ?? null;
  }
}

/** Makes the error for a worker process that ended without being told to. */
export function endedUnasked(
  { module, index }: { readonly module: string; readonly index: number },
  wasReady: boolean,
  pid: number | undefined,
  end: ProcessEnd,
  cause: Error | undefined,
): WorkerError {
  const { exitCode, exitSignal } = end;
  const how = exitSignal === null ? `with exit code ${exitCode}` : `by the signal ${exitSignal}`;
  if (wasReady) {
    return new WorkerError(
      "WORKER_LOST",
      module,
      `Worker ${index} (process ${pid}) of ${module} ended by itself, ${how}`,
      { end, cause },
    );
  }
  const why = cause?.message ?? `the process ended ${how}; what it printed may say more about it`;
  return new WorkerError(
    "WORKER_FAILED",
    module,
    `No worker could be started from ${module}: ${why}`,
    { end, cause },
  );
}
