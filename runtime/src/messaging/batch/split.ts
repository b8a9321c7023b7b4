import type { Split } from "../../connection/queue/parts/held-messages.js";
import {
  BATCH_ENVELOPE,
  ENVELOPE_EARLIER,
  ENVELOPE_MSG,
  ENVELOPE_NAME,
} from "../envelope/format.js";
import { endOfAny, endOfField, startOfField } from "./fields.js";

/** In place of the messages in a malformed batch: a field that is cut off, which no link decodes. */
const MALFORMED: Buffer = Buffer.of(ENVELOPE_EARLIER);

/** Splits a published message and those that travel with it; `undefined` if none does. */
export function splitPublished(frames: Buffer[]): Split | undefined {
  const frame = frames[0];
  if (frame === undefined || frames.length !== 1) return undefined;
  const at = placeOfEarlier(frame);
  if (at < 0) return undefined;
  const start = startOfField(frame, at);
  const count = countEnvelopes(frame, start);
  if (count === undefined) return new MalformedSplit(frame, at);
  return count === 0 ? undefined : new PublishedSplit(frame, at, start, count);
}

class PublishedSplit implements Split {
  readonly size: number;
  readonly #frame: Buffer;
  /** The place where the earlier messages begin, and the last message's envelope ends. */
  readonly #border: number;
  #at: number;

  constructor(frame: Buffer, border: number, start: number, count: number) {
    this.size = count + 1;
    this.#frame = frame;
    this.#border = border;
    this.#at = start;
  }

  next(): Buffer[] {
    if (this.#at === this.#frame.length) return [this.#frame.subarray(0, this.#border)];
    const start = startOfField(this.#frame, this.#at);
    this.#at = endOfField(this.#frame, this.#at);
    return [this.#frame.subarray(start, this.#at)];
  }
}

class MalformedSplit implements Split {
  readonly size = 2;
  readonly #messages: Buffer[];

  constructor(frame: Buffer, border: number) {
    this.#messages = [MALFORMED, frame.subarray(0, border)];
  }

  next(): Buffer[] {
    return [this.#messages.shift() as Buffer];
  }
}

/** Returns the place of the field with earlier messages, the last in an envelope; -1 if it has none. */
function placeOfEarlier(frame: Uint8Array): number {
  if (frame[0] !== ENVELOPE_NAME) return -1;
  let at = endOfField(frame, 0);
  if (at < 0 || frame[at] !== ENVELOPE_MSG) return -1;
  at = endOfField(frame, at);
  // Most envelopes end here.
  while (at >= 0 && at < frame.length) {
    const end = endOfAny(frame, at);
    if (frame[at] === ENVELOPE_EARLIER) return end === frame.length ? at : -1;
    at = end;
  }
  return -1;
}

/** Counts the envelopes from `start` to the end; `undefined` if there is anything else. */
function countEnvelopes(frame: Uint8Array, start: number): number | undefined {
  let count = 0;
  for (let at = start; at < frame.length; count++) {
    if (frame[at] !== BATCH_ENVELOPE) return undefined;
    at = endOfField(frame, at);
    if (at < 0) return undefined;
  }
  return count;
}
