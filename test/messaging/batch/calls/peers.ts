// Ends of a connection whose frames a test writes and reads with the wire messages' own codec.
import { Dealer, Router } from "zeromq";
import { batch, msgEnvelope } from "../../../../runtime/src/wire/gen/MsgLib.js";
import { Msg01 } from "../../../gen/plain.js";
import { anywhere } from "../frames.js";

export const REVERSE = "Greeter/Reverse";

/** One message: the id frame of its call, its text and the features that it shows. */
export interface Seen {
  readonly id: string;
  readonly text: string;
  readonly features: number;
}

export interface Parts {
  readonly text: string;
  readonly features?: number;
  readonly rpc?: string;
  readonly timeoutMs?: number;
}

function envelopeOf({ text, features = 0, rpc = "", timeoutMs }: Parts): msgEnvelope {
  const value = Msg01.encode(Msg01.create({ field1: text })).finish();
  const msg = { typeUrl: "type.googleapis.com/Msg01", value };
  return msgEnvelope.create({
    msgName: "Msg01",
    msg,
    features,
    rpc,
    ...(timeoutMs !== undefined && { timeoutMs }),
  });
}

/** The frame of one message. */
export function single(parts: Parts): Uint8Array {
  return msgEnvelope.encode(envelopeOf(parts)).finish();
}

/** An envelope of the call with that id. */
export interface Addressed {
  readonly id: string;
  readonly envelope: msgEnvelope;
}

/** The frames of envelopes that travel together. */
export function framesOf(messages: readonly Addressed[]): Uint8Array[] {
  const last = messages.at(-1);
  if (last === undefined) throw new Error("no message");
  const earlier = batch.create({
    envelopes: messages.slice(0, -1).map(({ envelope }) => envelope),
    calls: messages.slice(0, -1).map(({ id }) => Buffer.from(id)),
  });
  const frame = msgEnvelope.encode({ ...last.envelope, earlier }).finish();
  return [Buffer.from(last.id), Buffer.alloc(0), frame];
}

/** The frames of messages that travel together. */
export function together(parts: readonly (Parts & { readonly id: string })[]): Uint8Array[] {
  return framesOf(parts.map((each) => ({ id: each.id, envelope: envelopeOf(each) })));
}

/** The messages in the last three frames of what arrived. */
export function seenIn(frames: readonly Buffer[]): Seen[] {
  const frame = frames.at(-1) as Buffer;
  const id = frames.at(-3) ?? Buffer.alloc(0);
  const { earlier, ...last } = msgEnvelope.decode(frame);
  const seen = (each: msgEnvelope, call: Uint8Array): Seen => ({
    id: Buffer.from(call).toString(),
    text: each.msg === undefined ? "" : Msg01.decode(each.msg.value).field1,
    features: each.features,
  });
  const { envelopes = [], calls = [] } = earlier ?? {};
  return [
    ...envelopes.map((each, index) => seen(each, calls[index] ?? new Uint8Array(0))),
    seen(msgEnvelope.create(last), id),
  ];
}

/** A server that does what its test says. It ends with the scope. */
export class HandServer implements Disposable {
  readonly #router: Router;
  readonly endpoint: string;
  #peer: Buffer = Buffer.alloc(0);

  constructor(options: { receiveHighWaterMark?: number } = {}) {
    this.#router = new Router({ linger: 0, receiveTimeout: 10_000, ...options });
    this.#router.bindSync(anywhere);
    this.endpoint = this.#router.lastEndpoint as string;
  }

  /** The messages of the next frame. */
  async next(): Promise<Seen[]> {
    const frames = await this.#router.receive();
    this.#peer = frames[0] as Buffer;
    return seenIn(frames);
  }

  /** Answers one call. */
  async answer(id: string, parts: Parts): Promise<void> {
    await this.#router.send([this.#peer, id, "", single(parts)]);
  }

  /** Answers several calls in one frame. */
  async answerTogether(parts: readonly (Parts & { readonly id: string })[]): Promise<void> {
    await this.#router.send([this.#peer, ...together(parts)]);
  }

  /** The same with any envelopes. */
  async answerEnvelopes(messages: readonly Addressed[]): Promise<void> {
    await this.#router.send([this.#peer, ...framesOf(messages)]);
  }

  [Symbol.dispose](): void {
    this.#router.close();
  }
}

/** A client that does what its test says. It ends with the scope. */
export class HandClient implements Disposable {
  readonly #dealer = new Dealer({ linger: 0, receiveTimeout: 10_000 });

  constructor(endpoint: string) {
    this.#dealer.connect(endpoint);
  }

  async send(frames: readonly (string | Uint8Array)[]): Promise<void> {
    await this.#dealer.send(frames.map((frame) => Buffer.from(frame as Uint8Array)));
  }

  /** The messages of the next frame. */
  async next(): Promise<Seen[]> {
    return seenIn(await this.#dealer.receive());
  }

  /** The next frame behind a route. */
  async nextFrame(): Promise<Buffer> {
    return (await this.#dealer.receive()).at(-1) as Buffer;
  }

  /** The last envelope of the next frame. */
  async nextEnvelope(): Promise<msgEnvelope> {
    return msgEnvelope.decode(await this.nextFrame());
  }

  [Symbol.dispose](): void {
    this.#dealer.close();
  }
}
