/** The argument of a reactor's `initWorker`. */
export interface WorkerContext<D = unknown> {
  /** Which of the workers this is, from 0; one that replaces another has its number. */
  readonly index: number;
  /** What the farm was given as `data`. */
  readonly data: D;
}

/**
 * A reactor that gets ready before its first message when it runs in a worker process; see
 * {@link MpMsgReactor}.
 */
export interface InitWorker<D = unknown> {
  /**
   * Called once, after the constructor and before the first message; a promise is waited for.
   * Throwing fails the worker.
   */
  initWorker(worker: WorkerContext<D>): void | Promise<void>;
}
