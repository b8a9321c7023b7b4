// A bare SUB socket; each frame is decoded, unless only bytes are to be measured.
import { Subscriber } from "zeromq";
import { Telegram } from "../../gen/bench.js";
import { PROBE, Tally } from "../load.js";
import { roleOptions, serveBench, tell } from "../role.js";

const { endpoint, bytesOnly } = roleOptions<{ endpoint: string; bytesOnly?: boolean }>();
const socket = new Subscriber({ receiveHighWaterMark: 0, linger: 0 });
socket.connect(endpoint);
socket.subscribe("");
const tally = new Tally(tell);

async function receive(): Promise<void> {
  for await (const [frame] of socket) {
    if (frame === undefined) continue;
    // A probe's fields both have their defaults, so its frame is empty.
    tally.note(bytesOnly ? frame.length === 0 : Telegram.decode(frame).number === PROBE);
  }
}

void receive();
serveBench({ expect: ({ count }) => tally.expect(count) });
