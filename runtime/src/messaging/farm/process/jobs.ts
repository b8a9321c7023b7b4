import type { Routed } from "../../../connection/frames/routed.js";
import { ack } from "../../../wire/gen/MsgLib.js";
import { StreamKind } from "../../envelope/format.js";
import { readEnvelope } from "../../envelope/parse.js";

/** A request for a worker, or the opening of a stream. */
export interface Job {
  readonly request: Routed<Uint8Array>;
  readonly stream: boolean;
  /** The time when the requester stops waiting, as `performance.now()` counts; `undefined` for never. */
  readonly deadline: number | undefined;
  /**
   * Called when the worker no longer has the job in hand.
   *
   * @param code - The status of a failure, `REFUSED` for `ack { ok: false }`; `undefined` for an answer.
   */
  onEnd?(code: string | undefined): void;
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
    for (const id of [...this.#jobs.keys()]) this.end(id, "WORKER_LOST");
    return requests;
  }

  /** Adds a job, and returns its number. */
  add(job: Job): string {
    const id = (this.#sequence++).toString(36);
    this.#jobs.set(id, job);
    if (job.stream) this.#streams++;
    return id;
  }

  /** Returns a job in hand. */
  get(id: string): Job | undefined {
    return this.#jobs.get(id);
  }

  /** Returns whether a reply belongs to a job in hand; the last reply to a job ends the job. */
  reply(id: string, message: Uint8Array): boolean {
    const job = this.#jobs.get(id);
    if (job === undefined) return false;
    const { ends, code } = read(message);
    if (!job.stream || ends) this.end(id, code);
    return true;
  }

  /** Ends a job. @param code - The status of a failure. */
  end(id: string, code?: string): void {
    const job = this.#jobs.get(id);
    if (job === undefined) return;
    this.#jobs.delete(id);
    if (job.stream) this.#streams--;
    job.onEnd?.(code);
  }

  /** Ends the jobs whose requesters no longer wait, and returns the number of those jobs. */
  expire(now: number): number {
    let count = 0;
    for (const [id, { deadline }] of this.#jobs) {
      if (deadline === undefined || now <= deadline) continue;
      this.end(id, "DEADLINE_EXCEEDED");
      count++;
    }
    return count;
  }
}

/** Returns whether a reply ends a stream, and the status of a failure. */
function read(message: Uint8Array): { readonly ends: boolean; readonly code?: string | undefined } {
  try {
    const { stream, status, typeName, value } = readEnvelope(message);
    const refused = status === undefined && typeName === ack.$type && value.length === 0;
    return {
      ends: stream === undefined || stream.kind === StreamKind.END,
      code: refused ? "REFUSED" : status?.code,
    };
  } catch {
    return { ends: true, code: "MALFORMED_ENVELOPE" };
  }
}
