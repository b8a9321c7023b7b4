import { toError } from "../../base/errors.js";
import type { Router } from "../../connection/router.js";
import type { Subscriber } from "../../connection/subscriber.js";
import type { Dispatcher } from "./dispatcher.js";
import type { ReplySender } from "./reply-sender.js";

/**
 * Reads requests and hands each to a worker, one request at a time: while no worker is free the
 * socket is not read.
 *
 * @throws Error what the socket fails with; a closed socket ends the loop.
 */
export async function handOutRequests(
  front: Router | undefined,
  dispatcher: Dispatcher,
  replies: ReplySender,
): Promise<void> {
  try {
    while (front?.closed === false) {
      const request = await front.recv();
      const handed = await dispatcher.whenFree((worker) => worker.request(request));
      if (!handed) replies.refuseStopping(request);
    }
  } catch (error) {
    if (front?.closed === false) throw toError(error);
  }
}

/**
 * Reads events and hands each to one of the workers.
 *
 * @throws Error what the socket fails with; a closed socket ends the loop.
 */
export async function handOutEvents(
  source: Subscriber | undefined,
  dispatcher: Dispatcher,
): Promise<void> {
  try {
    while (source?.closed === false) {
      const event = await source.recv();
      await dispatcher.whenFree((worker) => worker.event(event));
    }
  } catch (error) {
    if (source?.closed === false) throw toError(error);
  }
}
