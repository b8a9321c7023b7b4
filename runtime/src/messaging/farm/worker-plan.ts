import { join } from "node:path";
import type { MpMsgReactorOptions } from "./options.js";
import type { WorkerPlan } from "./process/worker-plan.js";

/** The settings of a farm that its worker processes follow. */
export interface FarmSettings {
  readonly module: string;
  readonly options: MpMsgReactorOptions;
  readonly concurrency: number;
  readonly execArgv: readonly string[];
  /** The folder of the Unix sockets to the workers; `undefined` where there are none. */
  readonly folder: string | undefined;
  /** The worker's place. */
  readonly index: number;
  /** A number that no other process of the farm has. */
  readonly life: number;
}

/** Plans one worker process. */
export function planOf(settings: FarmSettings): WorkerPlan {
  const { module, options, concurrency, execArgv, folder, index, life } = settings;
  const { serve, subscribe, idleIntervalMs, data } = options;
  // Without Unix sockets a free port, which any process of this machine could connect to.
  const endpoint = (name: string): string =>
    folder === undefined ? "tcp://127.0.0.1:*" : `ipc://${join(folder, name + life)}`;
  return {
    index,
    module,
    exportName: options.export ?? "default",
    execArgv,
    reactorOptions: { concurrency, ...(idleIntervalMs !== undefined && { idleIntervalMs }) },
    data,
    folder,
    serve: serve === undefined ? undefined : endpoint("r"),
    subscribe: subscribe === undefined ? undefined : endpoint("e"),
  };
}
