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
