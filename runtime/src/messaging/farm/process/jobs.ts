import type { Routed } from "../../../connection/frames/routed.js";
import { StreamKind } from "../../envelope/format.js";
import { readEnvelope } from "../../envelope/parse.js";

/** A request for a worker, or the opening of a stream. */
export interface Job {
  readonly request: Routed<Uint8Array>;
  readonly stream: boolean;
  /** The time when the requester stops waiting, as `performance.now()` counts; `undefined` for never. */
  readonly deadline: number | undefined;
  /** Called when the worker no longer has the job in hand. */
  onEnd?(): void;
}

/** The jobs that one worker has in hand, by the numbers that their frames carry. */
export class Jobs {
  readonly #jobs = new Map<string, Job>();
  #sequence = 0;
  #streams = 0;

  /** The number of requests in hand, without streams. */
  get requests(): number {
    return this.#jobs.size - this.#streams;
  }

  /** The number of streams in hand. */
  get streams(): number {
    return this.#streams;
  }

  /** Ends every job, and returns the requests and openings that were in hand. */
  endAll(): readonly Routed<Uint8Array>[] {
    const requests = [...this.#jobs.values()].map(({ request }) => request);
    for (const id of [...this.#jobs.keys()]) this.end(id);
    return requests;
  }

  /** Adds a job, and returns its number. */
  add(job: Job): string {
    const id = (this.#sequence++).toString(36);
    this.#jobs.set(id, job);
    if (job.stream) this.#streams++;
    return id;
  }

  /** Returns whether a reply belongs to a job in hand; the last reply to a job ends the job. */
  reply(id: string, message: Uint8Array): boolean {
    const job = this.#jobs.get(id);
    if (job === undefined) return false;
    if (!job.stream || endsStream(message)) this.end(id);
    return true;
  }

  /** Ends a job. */
  end(id: string): void {
    const job = this.#jobs.get(id);
    if (job === undefined) return;
    this.#jobs.delete(id);
    if (job.stream) this.#streams--;
    job.onEnd?.();
  }

  /** Ends the jobs whose requesters no longer wait, and returns the number of those jobs. */
  expire(now: number): number {
    let count = 0;
    for (const [id, { deadline }] of this.#jobs) {
      if (deadline === undefined || now <= deadline) continue;
      this.end(id);
      count++;
    }
    return count;
  }
}

function endsStream(message: Uint8Array): boolean {
  try {
    const { stream } = readEnvelope(message);
    return stream === undefined || stream.kind === StreamKind.END;
  } catch {
    return true;
  }
}
