import { setTimeout as delay } from "node:timers/promises";
import { within } from "./within.js";

/**
 * Fulfilled once `met` holds, for a state that no event tells of, such as a counter.
 *
 * @param what completes "Waited 20 s for …"
 */
export async function until(met: () => boolean, what: string): Promise<void> {
  let given = false;
  const look = async (): Promise<void> => {
    while (!met() && !given) await delay(1);
  };
  try {
    await within(look(), what);
  } finally {
    given = true;
  }
}
