import { clock } from "./role.js";

/** A message of a bench: a number, and a payload that gives the message its size. */
export interface Load {
  readonly number: number;
  readonly payload: Uint8Array;
}

/** A message with this number is sent until the first arrives, and counts as none. */
export const PROBE = 0;

/** `fixed32 number = 1`, when it is not 0. */
const NUMBER_BYTES = 5;

/** A payload with which a message has exactly `size` bytes in protobuf. */
export function payloadOf(size: number): Uint8Array {
  let length = size - NUMBER_BYTES - 2;
  while (length + NUMBER_BYTES + 1 + varintSize(length) > size) length--;
  return new Uint8Array(Math.max(0, length)).fill(7);
}

function varintSize(value: number): number {
  return value < 128 ? 1 : 1 + varintSize(Math.floor(value / 128));
}

/**
 * Makes `count` calls with so many in flight, and gives the seconds that they took.
 *
 * @param call - Gets the call's number, from 1.
 */
export async function drive(
  count: number,
  inFlight: number,
  call: (number: number) => Promise<unknown>,
): Promise<{ seconds: number }> {
  let next = 1;
  const lane = async (): Promise<void> => {
    while (next <= count) await call(next++);
  };
  const started = clock();
  await Promise.all(Array.from({ length: Math.min(count, inFlight) }, lane));
  return { seconds: clock() - started };
}

/** Counts the messages of a subscriber, and reports the arrival of the last message of a round. */
export class Tally {
  readonly #tell: (event: string, fields: object) => void;
  #joined = false;
  #left = 0;

  constructor(tell: (event: string, fields: object) => void) {
    this.#tell = tell;
  }

  /** From now on so many messages are to come. */
  expect(count: number): undefined {
    this.#left = count;
  }

  /** A message has come. */
  note(isProbe: boolean): void {
    if (isProbe) {
      if (!this.#joined) this.#tell("joined", {});
      this.#joined = true;
      return;
    }
    if (--this.#left === 0) this.#tell("counted", { at: clock() });
  }
}
