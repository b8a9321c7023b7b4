// Publishes through the generated class: one message after the other, or several in one turn of the loop.
import { BenchPublisher } from "../../gen/bench_dividere.js";
import { PROBE, payloadOf } from "../load.js";
import { type Command, clock, serveBench } from "../role.js";

// Without a mark, so that messages wait for the subscriber and none is dropped, as with the peers.
const publisher = new BenchPublisher("tcp://127.0.0.1:*", { sendHighWaterMark: 0 });

async function send({ count, size, burst }: Command): Promise<object> {
  const payload = payloadOf(size);
  const at = clock();
  for (let number = 1; number <= count; ) {
    const last = Math.min(count, number + burst - 1);
    // The publisher keeps the order, so the last promise is fulfilled last.
    while (number < last) void publisher.tell({ number: number++, payload });
    await publisher.tell({ number: number++, payload });
  }
  return { at };
}

serveBench(
  {
    send,
    probe: async () => {
      await publisher.tell({ number: PROBE, payload: new Uint8Array() });
      return undefined;
    },
  },
  { endpoint: publisher.endpoints[0] },
);
