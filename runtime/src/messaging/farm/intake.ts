import { toError } from "../../base/errors.js";
import type { Router } from "../../connection/router.js";
import type { Subscriber } from "../../connection/subscriber.js";
import { splitPublished } from "../batch/split.js";
import { StreamKind } from "../envelope/format.js";
import { Gaps } from "../links/gaps.js";
import type { Dispatcher } from "./dispatcher.js";
import type { FarmIntrospection } from "./introspection/farm-introspection.js";
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
  introspection: FarmIntrospection,
  closed: () => boolean,
): Promise<void> {
  try {
    while (front?.closed === false) {
      const request = await front.recv();
      const envelope = envelopeOf(request);
      if (introspection.take(request, envelope)) continue;
      if (isFollowUp(envelope)) {
        if (envelope?.stream?.kind === StreamKind.CANCEL) jobs.cancel(request);
        else jobs.follow(request);
        continue;
      }
      if (closed()) {
        replies.refuseStopping(request);
        continue;
      }
      const arrivedAt = performance.now();
      const count = () => introspection.counters.request(envelope, arrivedAt);
      const handed = dispatcher
        .whenFree((worker) => jobs.hand(request, envelope, worker, count()), {
          stream: isOpening(envelope),
          deadline: deadlineOf(envelope),
        })
        .then((done) => {
          if (done) return;
          count()?.end(closed() ? "STOPPING" : "DEADLINE_EXCEEDED");
          replies.refuseStopping(request);
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
  { counters }: FarmIntrospection,
): Promise<void> {
  source?._splitWith(splitPublished);
  // The log tells of losses.
  const gaps = new Gaps(() => source?.endpoints.join(", ") ?? "");
  try {
    while (source?.closed === false) {
      const event = await source.recv();
      if (!gaps.note(event)) continue;
      const arrivedAt = performance.now();
      await dispatcher.whenFree((worker) => {
        const counted = counters.event(event, arrivedAt);
        worker.event(event, (code) => counted?.end(code));
      });
    }
  } catch (error) {
    if (source?.closed === false) throw toError(error);
  }
}

/**
 * Subscribes to topics of a worker.
 *
 * @param known - The topics that the source was subscribed to already.
 */
export function subscribeTo(
  topics: readonly Uint8Array[],
  source: Subscriber | undefined,
  known: Set<string>,
): void {
  for (const topic of topics) {
    const key = Buffer.from(topic).toString("latin1");
    if (!known.has(key) && source?.closed === false) source.subscribe(topic);
    known.add(key);
  }
}
