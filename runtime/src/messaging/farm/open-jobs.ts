import { keyOfRoute, type Routed } from "../../connection/frames/routed.js";
import { EnvelopeEncoder } from "../envelope/encoder.js";
import { type Envelope, Feature, StreamKind } from "../envelope/format.js";
import { readEnvelope } from "../envelope/parse.js";
import type { CountedMessage } from "./introspection/farm-counters.js";
import type { Job } from "./process/jobs.js";
import type { MpWorker } from "./process/worker-process.js";

interface Place {
  readonly worker: MpWorker;
  readonly id: string;
  readonly stream: boolean;
}

const CANCELLATION = new EnvelopeEncoder<never>().encodeExtras({
  stream: { kind: StreamKind.CANCEL },
});

/**
 * The jobs to which further frames of their clients may belong: streams, and requests that can be
 * cancelled. Each such frame goes to the worker that has the job.
 */
export class OpenJobs {
  readonly #places = new Map<string, Place>();

  /** The number of jobs to which further frames may belong. */
  get size(): number {
    return this.#places.size;
  }

  /** Hands a request to a worker. */
  hand(
    request: Routed<Uint8Array>,
    envelope: Envelope | undefined,
    worker: MpWorker,
    counted: CountedMessage | undefined,
  ): void {
    const stream = isOpening(envelope);
    const followed = stream || ((envelope?.features ?? 0) & Feature.CANCEL) !== 0;
    const job: Job = {
      request,
      stream,
      deadline: deadlineOf(envelope),
      onEnd: (code) => counted?.end(code),
    };
    if (!followed) {
      worker.hand(job);
      return;
    }
    const key = keyOfRoute(request.route);
    const id = worker.hand({
      ...job,
      onEnd: (code) => {
        this.#places.delete(key);
        counted?.end(code);
      },
    });
    this.#places.set(key, { worker, id, stream });
  }

  /** Passes on a frame that belongs to a job in hand; drops a frame whose job has ended. */
  follow(frame: Routed<Uint8Array>): void {
    const place = this.#places.get(keyOfRoute(frame.route));
    place?.worker.follow(place.id, frame);
  }

  /**
   * Passes on the cancellation of a job. A cancelled stream gets no answer, so its job ends here.
   */
  cancel(frame: Routed<Uint8Array>): void {
    const place = this.#places.get(keyOfRoute(frame.route));
    if (place === undefined) return;
    place.worker.follow(place.id, frame);
    if (place.stream) place.worker.drop(place.id);
  }

  /** Tells the worker that the client of a job is gone. */
  abandon(reply: Routed<Uint8Array>): void {
    this.cancel({ route: reply.route, message: CANCELLATION });
  }
}

/**
 * Reads the envelope of a request; returns `undefined` for a frame that is not an envelope, which
 * its worker refuses.
 */
export function envelopeOf({ message }: Routed<Uint8Array>): Envelope | undefined {
  try {
    return readEnvelope(message);
  } catch {
    return undefined;
  }
}

/** Returns whether an envelope opens a stream. */
export function isOpening(envelope: Envelope | undefined): boolean {
  return envelope?.stream?.kind === StreamKind.OPEN;
}

/** Returns whether an envelope belongs to a call that has begun before. */
export function isFollowUp(envelope: Envelope | undefined): boolean {
  return envelope?.stream !== undefined && !isOpening(envelope);
}

/** Returns the time when the requester stops waiting, as `performance.now()` counts. */
export function deadlineOf(envelope: Envelope | undefined): number | undefined {
  const { timeoutMs } = envelope ?? {};
  return timeoutMs === undefined || timeoutMs === 0 ? undefined : performance.now() + timeoutMs;
}
