import { EnvelopeEncoder, Heartbeat, type MessageType } from "dividere/messaging";
import {
  msgEnvelope,
  RegisterService,
  ServiceLookupReq,
  UnregisterService,
} from "../../runtime/src/wire/gen/MsgLib.js";
import { Msg01, Msg02 } from "../gen/plain.js";

const encoder = new EnvelopeEncoder<MessageType<object>>();
const headers = [{ key: "a-key", value: "a text", trailer: false }];
const request = { rpc: "Greeter/Reverse", timeoutMs: 60_000, headers };

/** Envelopes that every receiver takes for what they are: what the mutations begin with. */
const wellFormed: readonly Uint8Array[] = [
  encoder.encode({ field1: "a message" }, Msg01),
  encoder.encode({ field1: "a message with everything" }, Msg01, request),
  encoder.encode({ field1: "an event" }, Msg02),
  encoder.encode({ id: "a name" }, Heartbeat),
  encoder.encode({ serviceName: "a service", server: "127.0.0.1", port: 5_100 }, RegisterService),
  encoder.encode({ serviceName: "a service", server: "", port: 0 }, UnregisterService),
  encoder.encode({ serviceName: "a service" }, ServiceLookupReq),
  batchOf(["a request", "another", "a third"], Msg01, ["no call", "none"]),
  batchOf(["a message", "another", "a third"], Msg02),
];

/** A batch of messages, as a publisher sends it, or of requests with the ids of all calls but the last. */
function batchOf(
  texts: readonly string[],
  type: typeof Msg01 | typeof Msg02,
  ids: readonly string[] = [],
): Uint8Array {
  const envelopes = texts.map((field1) =>
    msgEnvelope.decode(encoder.encode({ field1 }, type as MessageType<object>)),
  );
  const last = envelopes.pop() as msgEnvelope;
  const calls = ids.map((id) => Buffer.from(id));
  return msgEnvelope.encode({ ...last, earlier: { envelopes, calls } }).finish();
}

/** Makes frames that no peer in order sends. The same seed gives the same frames. */
export class HostileFrames {
  #state: number;

  constructor(seed: number) {
    this.#state = seed || 1;
  }

  /** The frames of one message: of a request mostly, otherwise so many as come. */
  message(): Uint8Array[] {
    if (this.#below(10) < 6) return [this.#bytes(4), new Uint8Array(0), this.frame()];
    const count = 1 + this.#below(7);
    return Array.from({ length: count }, () =>
      this.#below(3) === 0 ? new Uint8Array(0) : this.frame(),
    );
  }

  /** One frame: mutated, cut, random, deeply nested, with a length that is not there, or several at once. */
  frame(): Uint8Array {
    switch (this.#below(9)) {
      case 0:
        return this.#bytes(this.#below(200));
      case 1:
      case 2:
      case 3:
        return this.#mutated();
      case 4: {
        const whole = this.#wellFormed();
        return whole.subarray(0, this.#below(whole.length));
      }
      case 5:
        return this.#nested();
      case 6:
        return this.#hugeLength();
      case 7:
        return Buffer.concat([this.#wellFormed(), this.#step()]);
      default:
        return Buffer.concat([this.#wellFormed(), this.#mutated()]);
    }
  }

  /** One frame that begins as an event of a type does, so that a subscription lets it pass. */
  event(): Uint8Array {
    const batched = this.#below(2) === 0;
    const whole = Uint8Array.from((batched ? wellFormed.at(-1) : wellFormed[2]) ?? []);
    const start = 2 + "Msg02".length;
    for (let count = this.#below(4); count > 0; count--)
      whole[start + this.#below(whole.length - start)] = this.#below(256);
    return Buffer.concat([
      whole.subarray(0, start + this.#below(whole.length - start)),
      this.frame(),
    ]);
  }

  #wellFormed(): Uint8Array {
    return wellFormed[this.#below(wellFormed.length)] as Uint8Array;
  }

  #mutated(): Uint8Array {
    const frame = Uint8Array.from(this.#wellFormed());
    for (let count = 1 + this.#below(6); count > 0; count--)
      frame[this.#below(frame.length)] = this.#below(256);
    return frame;
  }

  /** Groups in groups, or fields in fields, deeper than any parser may follow. */
  #nested(): Uint8Array {
    const depth = 1 + this.#below(20_000);
    return new Uint8Array(depth).fill([0x0b, 0x12, 0x4b, 0x3a][this.#below(4)] ?? 0);
  }

  /** A field that claims to be longer than what follows, by up to 2^63 bytes. */
  #hugeLength(): Uint8Array {
    const length = new Uint8Array(1 + this.#below(9)).fill(0xff);
    return Buffer.concat([
      Uint8Array.of(0x0a + 8 * this.#below(8)),
      length,
      Uint8Array.of(0x7f),
      this.#bytes(8),
    ]);
  }

  /** A step of a stream, with any kind, sequence and credit. */
  #step(): Uint8Array {
    const fields = this.#bytes(1 + this.#below(12));
    for (let at = 0; at < fields.length; at += 2) fields[at] = 8 * (1 + this.#below(5));
    return Buffer.concat([Uint8Array.of(0x3a, fields.length), fields]);
  }

  #bytes(length: number): Uint8Array {
    return Uint8Array.from({ length }, () => this.#below(256));
  }

  /** The next number of a xorshift generator, below a limit. */
  #below(limit: number): number {
    this.#state ^= this.#state << 13;
    this.#state ^= this.#state >>> 17;
    this.#state ^= this.#state << 5;
    return (this.#state >>> 0) % limit;
  }
}
