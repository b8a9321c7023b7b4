import { acrossCopies, DividereError } from "../../../base/errors.js";

/** How a process ended: one of the two is set. */
export interface ProcessEnd {
  /** What the process gave to `exit`. */
  readonly exitCode: number | null;
  /** The signal that ended it. */
  readonly exitSignal: string | null;
}

/**
 * A worker process that could not be started (`WORKER_FAILED`; where its module or the reactor in
 * it threw, that is the `cause`), or that ended without being asked to (`WORKER_LOST`).
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

/** The error of a worker process that ended without being told to. */
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
