// Bare sockets: REQ with one call at a time, DEALER with many calls in flight, an id frame and an empty frame.
import { Dealer, Request } from "zeromq";
import { Question } from "../../gen/bench.js";
import { drive, payloadOf } from "../load.js";
import { type Command, clock, roleOptions, serveBench } from "../role.js";

const { endpoint, kind, envelope } = roleOptions<{
  endpoint: string;
  kind: "request" | "dealer";
  /** The bytes before each message that make an envelope of it, base64; none by default. */
  envelope?: string;
}>();
const empty = Buffer.alloc(0);
const head = Buffer.from(envelope ?? "", "base64");

function encode(number: number, payload: Uint8Array): Uint8Array {
  const body = Question.encode({ number, payload }).finish();
  return head.length === 0 ? body : Buffer.concat([head, body]);
}

function decode(frame: Buffer | undefined): Question {
  if (frame === undefined) throw new Error("An answer without its frame");
  return Question.decode(frame.subarray(head.length));
}

function oneByOne(): void {
  const socket = new Request({ linger: 0 });
  socket.connect(endpoint);
  serveBench({
    call: ({ count, size }) => {
      const payload = payloadOf(size);
      return drive(count, 1, async (number) => {
        await socket.send(encode(number, payload));
        const [answer] = await socket.receive();
        decode(answer);
      });
    },
  });
}

function manyInFlight(): void {
  const socket = new Dealer({ linger: 0, sendHighWaterMark: 0, receiveHighWaterMark: 0 });
  socket.connect(endpoint);
  const call = async ({ count, size, inFlight }: Command): Promise<object> => {
    const payload = payloadOf(size);
    let sent = 0;
    const send = async (): Promise<void> => {
      const id = (++sent).toString(36);
      await socket.send([id, empty, encode(sent, payload)]);
    };
    const started = clock();
    while (sent < Math.min(count, inFlight)) await send();
    for (let received = 0; received < count; received++) {
      const [, , answer] = await socket.receive();
      decode(answer);
      if (sent < count) await send();
    }
    return { seconds: clock() - started };
  };
  serveBench({ call });
}

if (kind === "request") oneByOne();
else manyInFlight();
