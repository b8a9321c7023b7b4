// Bytes published under so many topics, each with its subscription; a topic has six bytes.
import { Publisher, Subscriber } from "dividere/connection";
import { Tally } from "../load.js";
import { clock, roleOptions, serveBench, tell } from "../role.js";

const { endpoint, topics } = roleOptions<{ endpoint?: string; topics: number }>();
const frames = Array.from({ length: topics }, (_, topic) =>
  Buffer.from(topic.toString().padStart(6, "0").padEnd(64, ".")),
);
const [first] = frames;

function publish(): void {
  const publisher = new Publisher("tcp://127.0.0.1:*", { sendHighWaterMark: 0 });
  serveBench(
    {
      joined: async ({ count }) => {
        await publisher.waitForSubscribers(count, { timeoutMs: 60_000 });
        return undefined;
      },
      send: async ({ count }) => {
        const at = clock();
        for (let sent = 0; sent < count; sent++) {
          await publisher.send(frames[Math.imul(sent, 7_919) % topics] ?? (first as Buffer));
        }
        return { at };
      },
    },
    { endpoint: publisher.endpoints[0] },
  );
}

function subscribe(at: string): void {
  const subscriber = new Subscriber(at, {
    receiveHighWaterMark: 0,
    topics: [],
  });
  const tally = new Tally(tell);
  const receive = async (): Promise<void> => {
    for await (const frame of subscriber) tally.note(frame.length === 0);
  };
  void receive();
  let subscribed = 0;
  serveBench({
    expect: ({ count }) => tally.expect(count),
    subscribe: ({ count }) => {
      for (; subscribed < count; subscribed++) {
        subscriber.subscribe((frames[subscribed] ?? (first as Buffer)).subarray(0, 6));
      }
      return undefined;
    },
  });
}

if (endpoint === undefined) publish();
else subscribe(endpoint);
