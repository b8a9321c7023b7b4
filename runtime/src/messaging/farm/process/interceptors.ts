import { DividereError } from "../../../base/errors.js";
import { log } from "../../../base/log.js";
import type { Interceptor } from "../../call/interceptor.js";

/** The interceptors of a reactor in a worker process. */
export interface WorkerInterceptors {
  readonly interceptors: readonly Interceptor[];
  /** Lets their module end its work, once. Never rejects. */
  shutDown(): Promise<void>;
}

/**
 * Loads the module with the interceptors of a reactor.
 *
 * @param module - The module's URL; without it, there are no interceptors.
 * @throws DividereError `WORKER_FAILED` for a module without interceptors, or the error that the module
 *   throws.
 */
export async function loadInterceptors(module: string | undefined): Promise<WorkerInterceptors> {
  if (module === undefined) return { interceptors: [], shutDown: async () => {} };
  const { interceptors, shutdown } = (await import(module)) as Record<string, unknown>;
  if (!Array.isArray(interceptors) || !interceptors.every((each) => typeof each === "function")) {
    throw new DividereError(
      "WORKER_FAILED",
      `${module} exports no list of interceptors; write export const interceptors = [logCalls()]`,
    );
  }
  const end = async (): Promise<void> => {
    try {
      if (typeof shutdown === "function") await shutdown();
    } catch (error) {
      log("messaging", "error", { err: error }, `the shutdown of ${module} failed`);
    }
  };
  let ended: Promise<void> | undefined;
  return {
    interceptors: interceptors as readonly Interceptor[],
    shutDown() {
      ended ??= end();
      return ended;
    },
  };
}
