import type { Stoppable } from "dividere/connection";
import type { Context } from "../../app/command.js";
import { logFrom } from "../../app/logging.js";

/**
 * Waits until a server has stopped, and stops it in order at Ctrl-C: it finishes the work in hand,
 * and a second Ctrl-C ends the process at once.
 */
export async function untilStopped(
  { signal, out }: Pick<Context, "signal" | "out">,
  server: Stoppable,
): Promise<void> {
  logFrom("error");
  const stop = () => {
    out.note("Stopping; Ctrl-C again ends at once.");
    (server.drain?.() ?? server.stop()).catch((error: unknown) => {
      out.errorLine(`Could not stop in order: ${String(error)}`);
    });
  };
  if (signal.aborted) stop();
  else signal.addEventListener("abort", stop, { once: true });
  await server.stopped;
}
