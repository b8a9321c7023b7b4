import { setTimeout as delay } from "node:timers/promises";
import { DividereError } from "dividere/connection";

/**
 * Opens something at an address that was closed a moment ago, as soon as it is free: libzmq closes
 * sockets on a thread of its own, and says nothing when it has.
 */
export async function retried<T>(open: () => T, timeoutMs = 10_000): Promise<T> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    try {
      return open();
    } catch (error) {
      const inUse = error instanceof DividereError && error.code === "ADDRESS_IN_USE";
      if (!inUse || performance.now() > deadline) throw error;
      await delay(5);
    }
  }
}
