import { EMPTY } from "../../connection/frames/routed.js";
import type { Split, Splitter } from "../../connection/queue/parts/held-messages.js";
import { BATCH_CALL, BATCH_ENVELOPE, ENVELOPE_EARLIER } from "../envelope/format.js";
import { endOfAny, endOfField, startOfField } from "./fields.js";

/** In place of the messages in a malformed batch: a field that is cut off, which no link decodes. */
const MALFORMED: Buffer = Buffer.of(ENVELOPE_EARLIER);

/** Splits a published message and those that travel with it; `undefined` if none does. */
export function splitPublished(frames: Buffer[]): Split | undefined {
  return frames.length === 1 ? split(frames, false) : undefined;
}

/**
 * Returns a function that splits requests or replies that travel together.
 *
 * @param frameCount - The number of frames of a message from a direct peer: the id of its call, an
 *   empty frame and the envelope, behind the peer's identity on a router.
 */
export function callSplitter(frameCount: 3 | 4): Splitter {
  return (frames) => {
    if (frames.length !== frameCount || frames[frameCount - 2]?.length !== 0) return undefined;
    return split(frames, true);
  };
}

function split(frames: Buffer[], calls: boolean): Split | undefined {
  const frame = frames.at(-1) as Buffer;
  const border = placeOfEarlier(frame);
  if (border < 0) return undefined;
  const start = startOfField(frame, border);
  const count = countMessages(frame, start, calls);
  return count === 0 ? undefined : new EnvelopeSplit(frames, border, start, count, calls);
}

/** Cuts the earlier messages, and at last the one that they travel with. */
class EnvelopeSplit implements Split {
  readonly size: number;
  readonly #frames: Buffer[];
  readonly #frame: Buffer;
  /** The place where the last message's envelope ends. */
  readonly #border: number;
  readonly #calls: boolean;
  #envelopeAt: number;
  #callAt: number;
  /** The number of earlier messages that are not cut yet; -1 in place of a malformed batch. */
  #left: number;

  constructor(frames: Buffer[], border: number, start: number, count: number, calls: boolean) {
    this.size = Math.abs(count) + 1;
    this.#frames = frames;
    this.#frame = frames.at(-1) as Buffer;
    this.#border = border;
    this.#calls = calls;
    this.#envelopeAt = start;
    this.#callAt = start;
    this.#left = count;
  }

  next(): Buffer[] {
    const frame = this.#frame;
    if (this.#left === 0) return replaceLast(this.#frames, frame.subarray(0, this.#border));
    if (this.#left < 0) {
      this.#left = 0;
      return replaceLast(this.#frames, MALFORMED);
    }
    this.#left--;
    const at = find(frame, this.#envelopeAt, BATCH_ENVELOPE);
    this.#envelopeAt = endOfField(frame, at);
    const envelope = frame.subarray(startOfField(frame, at), this.#envelopeAt);
    return this.#calls ? this.#withCall(envelope) : [envelope];
  }

  #withCall(envelope: Buffer): Buffer[] {
    const frame = this.#frame;
    const at = find(frame, this.#callAt, BATCH_CALL);
    this.#callAt = endOfField(frame, at);
    // A copy, because a call that goes on for long keeps its id.
    const id = Buffer.allocUnsafe(this.#callAt - startOfField(frame, at));
    frame.copy(id, 0, startOfField(frame, at), this.#callAt);
    const [peer] = this.#frames;
    return this.#frames.length === 3 || peer === undefined
      ? [id, EMPTY as Buffer, envelope]
      : [peer, id, EMPTY as Buffer, envelope];
  }
}

/** Returns frames with another one in place of the last. */
function replaceLast(frames: readonly Buffer[], last: Buffer): Buffer[] {
  const replaced = frames.slice();
  replaced[replaced.length - 1] = last;
  return replaced;
}

/** Returns the place of the field with earlier messages, the last in an envelope; -1 if it has none. */
function placeOfEarlier(frame: Uint8Array): number {
  for (let at = 0; at >= 0 && at < frame.length; ) {
    const end = endOfAny(frame, at);
    if (frame[at] === ENVELOPE_EARLIER) return end === frame.length ? at : -1;
    at = end;
  }
  return -1;
}

/** Returns the place of the next field with that tag, of which there is one. */
function find(frame: Uint8Array, from: number, tag: number): number {
  let at = from;
  while (frame[at] !== tag) at = endOfField(frame, at);
  return at;
}

/** Counts the messages from `start` to the end; -1 if there is anything else. */
function countMessages(frame: Uint8Array, start: number, calls: boolean): number {
  let envelopes = 0;
  let ids = 0;
  for (let at = start; at < frame.length; ) {
    if (frame[at] === BATCH_ENVELOPE) envelopes++;
    else if (calls && frame[at] === BATCH_CALL) ids++;
    else return -1;
    at = endOfField(frame, at);
    if (at < 0) return -1;
  }
  return calls && ids !== envelopes ? -1 : envelopes;
}
