/** The argument of a reactor's `initWorker`. */
export interface WorkerContext<D = unknown> {
  /**
   * The number of this worker, from 0; a replacement has the number of the worker that it replaces.
   */
  readonly index: number;
  /** The farm's option `data`. */
  readonly data: D;
}

/**
 * A reactor with a preparation step before its first message when it runs in a worker process; see
 * {@link MpMsgReactor}.
 */
export interface InitWorker<D = unknown> {
  /**
   * Called once, after the constructor and before the first message, which waits for a returned
   * promise. An error that it throws fails the worker.
   */
  initWorker(worker: WorkerContext<D>): void | Promise<void>;
}
