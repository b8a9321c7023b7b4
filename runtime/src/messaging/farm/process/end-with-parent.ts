import { Worker } from "node:worker_threads";
import { log } from "../../../base/log.js";

/**
 * Runs in a thread of its own. The first look that finds the parent gone leaves the process to its own
 * "disconnect"; a process that is still there at the second one is blocked.
 */
const PROGRAM = `
const { rmSync } = require("node:fs");
const { workerData: { parent, folder } } = require("node:worker_threads");
let misses = 0;
setInterval(() => {
  if (process.ppid === parent || ++misses < 2) return;
  try {
    if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
  } finally {
    process.kill(process.pid, "SIGKILL");
  }
}, 500);
`;

/**
 * Ends this process when its parent is gone, also while a handler blocks the event loop, which then hears
 * nothing of the end of the channel to the parent. Does not keep the process alive.
 *
 * @param parent - The id of the process that has started this one.
 * @param folder - Is removed before, as there is nobody left to do so.
 */
export function endWithParent(parent: number, folder: string | undefined): void {
  // Windows gives a process no other parent when its own ends.
  if (process.platform === "win32") return;
  const thread = new Worker(PROGRAM, {
    eval: true,
    workerData: { parent, folder },
    // Nothing of what the main thread loads first, such as a compiler.
    execArgv: [],
    env: {},
    resourceLimits: { maxOldGenerationSizeMb: 16, maxYoungGenerationSizeMb: 2 },
  });
  thread.unref();
  thread.on("error", (error) => {
    log("messaging", "warn", { err: error }, "a worker process no longer watches its parent");
  });
}
