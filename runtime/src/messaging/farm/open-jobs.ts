import type { Routed } from "../../connection/frames/routed.js";
import { EnvelopeEncoder } from "../envelope/encoder.js";
import { type Envelope, Feature, StreamKind } from "../envelope/format.js";
import { readEnvelope } from "../envelope/parse.js";
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
 * The jobs that further frames of their clients may be about: streams, and requests that can be
 * cancelled. Each goes on at the worker that has it.
 */
export class OpenJobs {
  readonly #places = new Map<string, Place>();

  /** The number of jobs that further frames may be about. */
  get size(): number {
    return this.#places.size;
  }

  /** Hands a request to a worker. */
  hand(request: Routed<Uint8Array>, envelope: Envelope | undefined, worker: MpWorker): void {
    const stream = isOpening(envelope);
    const followed = stream || ((envelope?.features ?? 0) & Feature.CANCEL) !== 0;
    const job: Job = { request, stream, deadline: deadlineOf(envelope) };
    if (!followed) {
      worker.hand(job);
      return;
    }
    const key = keyOf(request);
    const id = worker.hand({ ...job, onEnd: () => this.#places.delete(key) });
    this.#places.set(key, { worker, id, stream });
  }

  /** Hands on a frame that belongs to a job in hand; drops one whose job has ended. */
  follow(frame: Routed<Uint8Array>): void {
    const place = this.#places.get(keyOf(frame));
    place?.worker.follow(place.id, frame);
  }

  /** Hands on the cancellation of a job. The end of a stream is not answered, so it ends here. */
  cancel(frame: Routed<Uint8Array>): void {
    const place = this.#places.get(keyOf(frame));
    if (place === undefined) return;
    place.worker.follow(place.id, frame);
    if (place.stream) place.worker.drop(place.id);
  }

  /** Tells the worker that the client of a job is gone. */
  abandon(reply: Routed<Uint8Array>): void {
    this.cancel({ route: reply.route, message: CANCELLATION });
  }
}

/** The envelope of a request; `undefined` for a frame that is none, which its worker refuses. */
export function envelopeOf({ message }: Routed<Uint8Array>): Envelope | undefined {
  try {
    return readEnvelope(message);
  } catch {
    return undefined;
  }
}

/** Whether an envelope opens a stream. */
export function isOpening(envelope: Envelope | undefined): boolean {
  return envelope?.stream?.kind === StreamKind.OPEN;
}

/** Whether an envelope belongs to a call that was begun before. */
export function isFollowUp(envelope: Envelope | undefined): boolean {
  return envelope?.stream !== undefined && !isOpening(envelope);
}

/** When the requester stops waiting, as `performance.now()` counts. */
export function deadlineOf(envelope: Envelope | undefined): number | undefined {
  const { timeoutMs } = envelope ?? {};
  return timeoutMs === undefined || timeoutMs === 0 ? undefined : performance.now() + timeoutMs;
}

function keyOf({ route }: Routed<Uint8Array>): string {
  return route.map((frame) => Buffer.from(frame).toString("latin1")).join("\0");
}
