// Opens a client, a server, a publisher and a subscriber, and clients of nobody, closes them, and has to end by itself.
import { GreeterPublisher, GreeterRequest, GreeterSubscriber } from "../../gen/plain_dividere.js";
import { Greeter, soon } from "../reactor/greeter.js";
import { ShopReactor, ShopRequest, textsOf } from "../stream/shop.js";

const [serve = "", events = "", shopAt = "", nobody = ""] = process.argv.slice(2);

{
  await using early = new GreeterRequest(serve);
  const call = early.reverse({ field1: "hello" }, soon);
  await using news = new GreeterPublisher(events);
  await using reactor = new Greeter({ serve, subscribe: events });
  await using subscriber = new GreeterSubscriber(events);
  await call;
  await news.waitForSubscribers(2, soon);
  await news.announce({ field1: "news" });
  await subscriber.recv(soon);
  await reactor.stop();
}
for (let round = 0; round < 2; round++) {
  await using shop = new ShopRequest(shopAt);
  const texts = textsOf(shop.list({ field1: "3" }));
  await using _reactor = new ShopReactor({ serve: shopAt });
  await texts;
}
{
  await using shop = new ShopRequest(nobody);
  await using lonely = new GreeterSubscriber(nobody);
  await shop.ask({}, { timeoutMs: 20 }).catch(() => {});
  await lonely.recv({ timeoutMs: 20 }).catch(() => {});
}
console.log("closed");
