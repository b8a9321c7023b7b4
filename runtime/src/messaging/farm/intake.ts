import { toError } from "../../base/errors.js";
import type { Router } from "../../connection/router.js";
import type { Subscriber } from "../../connection/subscriber.js";
import { StreamKind } from "../envelope/format.js";
import { Gaps } from "../links/gaps.js";
import type { Dispatcher } from "./dispatcher.js";
import { deadlineOf, envelopeOf, isFollowUp, isOpening, type OpenJobs } from "./open-jobs.js";
import type { ReplySender } from "./reply-sender.js";

/** The number of requests that wait for a worker here; further requests wait in the socket. */
const BACKLOG = 1_000;

/**
 * Reads requests and hands each to a worker, in the order of their arrival; hands the frames that
 * follow a request to the worker that has the request.
 *
 * @param closed - Whether further requests are refused.
 * @throws Error the error of the socket; a closed socket ends the loop.
 */
export async function handOutRequests(
  front: Router | undefined,
  dispatcher: Dispatcher,
  jobs: OpenJobs,
  replies: ReplySender,
  closed: () => boolean,
): Promise<void> {
  try {
    while (front?.closed === false) {
      const request = await front.recv();
      const envelope = envelopeOf(request);
      if (isFollowUp(envelope)) {
        if (envelope?.stream?.kind === StreamKind.CANCEL) jobs.cancel(request);
        else jobs.follow(request);
        continue;
      }
      if (closed()) {
        replies.refuseStopping(request);
        continue;
      }
      const handed = dispatcher
        .whenFree((worker) => jobs.hand(request, envelope, worker), {
          stream: isOpening(envelope),
          deadline: deadlineOf(envelope),
        })
        .then((done) => {
          if (!done) replies.refuseStopping(request);
        });
      if (dispatcher.length >= BACKLOG) await handed;
    }
  } catch (error) {
    if (front?.closed === false) throw toError(error);
  }
}

/**
 * Reads events and hands each to one of the workers.
 *
 * @throws Error the error of the socket; a closed socket ends the loop.
 */
export async function handOutEvents(
  source: Subscriber | undefined,
  dispatcher: Dispatcher,
): Promise<void> {
  // The log tells of losses.
  const gaps = new Gaps(() => source?.endpoints.join(", ") ?? "");
  try {
    while (source?.closed === false) {
      const event = await source.recv();
      if (!gaps.note(event)) continue;
      await dispatcher.whenFree((worker) => worker.event(event));
    }
  } catch (error) {
    if (source?.closed === false) throw toError(error);
  }
}
