// Encoding and decoding without sockets: the payload alone, in an envelope, and among many message types.
import { BinaryWriter } from "@bufbuild/protobuf/wire";
import { EnvelopeDecoder, EnvelopeEncoder, type MessageType } from "dividere/messaging";
import { Telegram } from "../../gen/bench.js";
import { payloadOf } from "../load.js";
import { clock, roleOptions, serveBench } from "../role.js";

const { what, size, types } = roleOptions<{ what: string; size: number; types: number }>();

/** Keeps the results in use, so that the compiler keeps the work. */
let used = 0;
const payload = payloadOf(size);
const encoder = new EnvelopeEncoder([Telegram]);
const decoder = new EnvelopeDecoder([Telegram]);
const writer = new BinaryWriter();
const body = Buffer.from(Telegram.encode({ number: 1, payload }).finish());
const frame = Buffer.from(encoder.encode({ number: 1, payload }, Telegram));

/** The things to measure. A process runs one of them, so that no other affects its compiled code. */
const steps: Readonly<Record<string, () => (number: number) => void>> = {
  "encode payload": () => (number) => {
    used += Telegram.encode({ number, payload }).finish().length;
  },
  "encode payload, one writer": () => (number) => {
    used += Telegram.encode({ number, payload }, writer).finish().length;
  },
  "encode envelope": () => (number) => {
    used += encoder.encode({ number, payload }, Telegram).length;
  },
  "decode payload": () => () => {
    used += Telegram.decode(body).number;
  },
  "decode envelope": () => () => {
    used += decoder.decode(frame).number;
  },
  "decode among types": amongTypes,
};

/** Frames of types from all over the list. */
function amongTypes(): (number: number) => void {
  const all = Array.from({ length: types }, (_, index) => renamed(`bench.v1.Type${index}`));
  const many = new EnvelopeDecoder(all);
  const frames = Array.from({ length: 64 }, (_, index) => {
    const type = all[Math.floor((index * types) / 64)];
    return Buffer.from(encoder.encode({ number: 1, payload }, type));
  });
  return (number) => {
    used += many.decode(frames[number % 64] ?? frame).number;
  };
}

function renamed(name: string): MessageType<Telegram> {
  return { ...Telegram, $type: name } as MessageType<Telegram>;
}

const step = steps[what]?.();
if (step === undefined) throw new Error(`Nothing to measure is called "${what}"`);

serveBench({
  call: ({ count }) => {
    const started = clock();
    for (let number = 1; number <= count; number++) step(number);
    const seconds = clock() - started;
    if (used === 0) throw new Error("Nothing was made");
    return { seconds };
  },
});
