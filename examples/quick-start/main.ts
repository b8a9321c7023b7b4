// The quick start: a request that a reactor answers, and an event that a subscriber receives, each over a TCP socket.
import type { Msg01, Msg02 } from "./gen/greeter.js";
import {
  GreeterPublisher,
  GreeterReactor,
  GreeterRequest,
  GreeterSubscriber,
} from "./gen/greeter_dividere.js";

// The compiler names every missing handler.
class MyReactor extends GreeterReactor {
  override handleMsg01(msg: Msg01): Msg01 {
    return { field1: [...msg.field1].reverse().join("") };
  }

  override handleMsg02(msg: Msg02): void {
    console.log("  the reactor heard", msg);
  }
}

// A free port; your own program uses a fixed port, as in "tcp://127.0.0.1:5555".
await using reactor = new MyReactor({ serve: "tcp://127.0.0.1:*" });
await using greeter = new GreeterRequest(reactor.endpoints);
for (const field1 of ["hello", "dīvidere"]) {
  const reply = await greeter.reverse({ field1 }, { timeoutMs: 5_000 });
  console.log("  asked", { field1 }, "answered", reply);
}

await using news = new GreeterPublisher("tcp://127.0.0.1:*");
await using events = new GreeterSubscriber(news.endpoints);
await news.waitForSubscribers(1, { timeoutMs: 5_000 });
await news.announce({ field1: "some published event" });
for await (const event of events) {
  console.log("  heard", event);
  break;
}
