// A reactor that answers requests and receives events, as in msgReactor.py of Python's user guide. The program makes the
// links itself, and the reactor passes each message that arrives on them to the handler of its type.
import assert from "node:assert/strict";
import { EventEmitter, once } from "node:events";
import { Publisher, Request, Response, Subscriber } from "dividere/messaging";
import { Msg01, Msg02 } from "./gen/greeter.js";
import { GreeterReactor } from "./gen/greeter_dividere.js";

class MyMsgReactor extends GreeterReactor {
  readonly seen = new EventEmitter();

  override handleMsg01(msg: Msg01): Msg01 {
    console.log("got msg01:", msg.field1);
    return Msg01.create({ field1: [...msg.field1].reverse().join("") });
  }

  override handleMsg02(msg: Msg02): void {
    console.log("got msg02:", msg.field1);
    this.seen.emit("msg02");
  }
}

await using pub = new Publisher("tcp://127.0.0.1:*", [Msg02]);
const response = new Response("tcp://127.0.0.1:*", [Msg01]);
// The reactor owns its links, and closes them when it stops.
const reactor = new MyMsgReactor([response, new Subscriber(pub.endpoints, [Msg02])]);

await using req = new Request(response.endpoints, [Msg01]);
await req.send({ field1: "hello" });

await pub.waitForSubscribers(1, { timeoutMs: 5_000 });
const heard = once(reactor.seen, "msg02");
await pub.send({ field1: "some published event" });

const reply = await req.recv({ timeoutMs: 5_000 });
assert.equal(reply.field1, "olleh");
console.log("reply:", reply.field1);
await heard;
await reactor.stop();
