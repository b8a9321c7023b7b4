// Receives through the generated class: message by message, or in arrays.
import { BenchSubscriber } from "../../gen/bench_dividere.js";
import { PROBE, Tally } from "../load.js";
import { roleOptions, serveBench, tell } from "../role.js";

const { endpoint, inBatches } = roleOptions<{ endpoint: string; inBatches?: boolean }>();
const subscriber = new BenchSubscriber(endpoint, { receiveHighWaterMark: 0 });
const tally = new Tally(tell);

async function receive(): Promise<void> {
  if (inBatches === true) {
    for await (const messages of subscriber.batches()) {
      for (const { number } of messages) tally.note(number === PROBE);
    }
    return;
  }
  for await (const { number } of subscriber) tally.note(number === PROBE);
}

void receive();
serveBench({ expect: ({ count }) => tally.expect(count) });
