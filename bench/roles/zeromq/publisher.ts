// A bare PUB socket: an encoded message a frame, or the same bytes each time where only bytes are to be measured.
import { Publisher } from "zeromq";
import { Telegram } from "../../gen/bench.js";
import { PROBE, payloadOf } from "../load.js";
import { type Command, clock, roleOptions, serveBench } from "../role.js";

const { bytesOnly } = roleOptions<{ bytesOnly?: boolean }>();
const socket = new Publisher({ sendHighWaterMark: 0, linger: 0 });
socket.bindSync("tcp://127.0.0.1:*");

async function send({ count, size }: Command): Promise<object> {
  const payload = payloadOf(size);
  const frame = new Uint8Array(size);
  const at = clock();
  for (let number = 1; number <= count; number++) {
    await socket.send(bytesOnly ? frame : Telegram.encode({ number, payload }).finish());
  }
  return { at };
}

serveBench(
  {
    send,
    probe: async () => {
      const payload = new Uint8Array();
      await socket.send(Telegram.encode({ number: PROBE, payload }).finish());
      return undefined;
    },
  },
  { endpoint: socket.lastEndpoint },
);
