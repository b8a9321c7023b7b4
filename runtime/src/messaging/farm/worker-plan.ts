import { join } from "node:path";
import type { MpMsgReactorOptions } from "./options.js";
import { locate } from "./process/worker-module.js";
import type { WorkerPlan } from "./process/worker-plan.js";

/** The settings of a farm that its worker processes follow. */
export interface FarmSettings {
  readonly module: string;
  readonly options: MpMsgReactorOptions;
  readonly concurrency: number;
  readonly execArgv: readonly string[];
  /**
   * The folder of the Unix sockets to the workers; `undefined` if the platform has no Unix sockets.
   */
  readonly folder: string | undefined;
  /** The worker's place. */
  readonly index: number;
  /** A number that is unique among the farm's processes. */
  readonly life: number;
}

/** Plans one worker process. @throws WorkerError when `interceptors` names no module. */
export function planOf(settings: FarmSettings): WorkerPlan {
  const { module, options, concurrency, execArgv, folder, index, life } = settings;
  const { serve, subscribe, idleIntervalMs, stopTimeoutMs, data, interceptors } = options;
  // Without Unix sockets the endpoint is a free port, to which any process of this machine could
  // connect.
  const endpoint = (name: string): string =>
    folder === undefined ? "tcp://127.0.0.1:*" : `ipc://${join(folder, name + life)}`;
  return {
    index,
    module,
    exportName: options.export ?? "default",
    execArgv,
    reactorOptions: {
      concurrency,
      // The parent process answers it.
      introspection: false,
      ...(idleIntervalMs !== undefined && { idleIntervalMs }),
      ...(stopTimeoutMs !== undefined && { stopTimeoutMs }),
    },
    interceptors: interceptors && locate(interceptors, "interceptors"),
    data,
    folder,
    serve: serve === undefined ? undefined : endpoint("r"),
    subscribe: subscribe === undefined ? undefined : endpoint("e"),
  };
}
