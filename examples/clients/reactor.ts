// The server of all clients in this folder: answers their requests, prints their events, and publishes
// each line of its input once a client has subscribed. Ends with its input.
//   npx tsx reactor.ts [port for requests] [port for its events] [port of the clients' events]
import { createInterface } from "node:readline";
import { RequestError } from "dividere/messaging";
import type { Count, CountDownRequest, Msg01, Msg02 } from "./gen/greeter.js";
import { GreeterPublisher, GreeterReactor } from "./gen/greeter_dividere.js";

class MyReactor extends GreeterReactor {
  override handleMsg01(msg: Msg01): Msg01 {
    const field1 = [...msg.field1].reverse().join("");
    // A client without dividere gets `ack { ok: false }`, a client with dividere also the reason.
    if (field1 === msg.field1)
      throw new RequestError("NOTHING_TO_DO", "It reads the same both ways");
    return { field1 };
  }

  override async *handleCountDownRequest({ from }: CountDownRequest): AsyncIterable<Count> {
    if (from === 0) throw new RequestError("OUT_OF_RANGE", "There is nothing to count");
    for (let value = from; value > 0; value--) yield { value };
  }

  override handleMsg02(msg: Msg02): void {
    console.log(`heard: ${msg.field1}`);
  }
}

const [requests = "5555", news = "5556", clientsNews = "5557"] = process.argv.slice(2);

await using _reactor = new MyReactor({
  serve: `tcp://127.0.0.1:${requests}`,
  subscribe: `tcp://127.0.0.1:${clientsNews}`,
});
await using publisher = new GreeterPublisher(`tcp://127.0.0.1:${news}`);
console.log(`answers on ${requests}, publishes on ${news}, listens to ${clientsNews}`);

for await (const line of createInterface({ input: process.stdin })) {
  await publisher.waitForSubscribers(1);
  await publisher.announce({ field1: line });
  console.log(`announced: ${line}`);
}
