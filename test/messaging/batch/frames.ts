import assert from "node:assert/strict";
import { Subscriber } from "dividere/connection";
import { EnvelopeDecoder, type Publisher } from "dividere/messaging";
import { msgEnvelope } from "../../../runtime/src/wire/gen/MsgLib.js";
import { Msg01, Msg02 } from "../../gen/plain.js";
import { readerTopic } from "./topics.js";

export const soon = { timeoutMs: 10_000 };
export const anywhere = "tcp://127.0.0.1:*";

export type Both = typeof Msg01 | typeof Msg02;

export const types: readonly Both[] = [Msg01, Msg02];

export const textsOf = (messages: readonly { field1: string }[]): string[] =>
  messages.map(({ field1 }) => field1);

/** The next items of a loop. */
export async function take<T>(items: AsyncIterable<T>, count: number): Promise<T[]> {
  const taken: T[] = [];
  for await (const item of items) if (taken.push(item) >= count) break;
  return taken;
}

const decoder = new EnvelopeDecoder([Msg01, Msg02]);

/**
 * The texts in a frame: as the wire messages' own codec reads it, without a part of this package. Several messages
 * give an array, a message alone a string.
 */
export function textsIn(frame: Uint8Array): string | string[] {
  const { earlier, ...last } = msgEnvelope.decode(frame);
  if (earlier === undefined) return decoder.decode(frame).field1;
  return [...earlier.envelopes, msgEnvelope.create(last)].map((each) => {
    assert.equal(each.msgName, last.msgName);
    return decoder.decode(msgEnvelope.encode(each).finish()).field1;
  });
}

/** Shows the frames as they travel to a subscriber that reads batches. */
export class Frames implements AsyncDisposable {
  readonly #subscriber: Subscriber;

  private constructor(subscriber: Subscriber) {
    this.#subscriber = subscriber;
  }

  static async of(publisher: Publisher<Both>): Promise<Frames> {
    const topics = [readerTopic("Msg01"), readerTopic("Msg02")];
    const subscriber = new Subscriber(publisher.endpoints, { topics });
    await publisher.connector.waitForSubscribers(2, soon);
    return new Frames(subscriber);
  }

  async next(): Promise<string | string[]> {
    return textsIn(await this.#subscriber.recv(soon));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#subscriber.close();
  }
}
