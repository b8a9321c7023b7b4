import { stopOnSignals } from "dividere/messaging";
import type { Msg01, Msg02 } from "./gen/greeter.js";
import { GreeterReactor } from "./gen/greeter_dividere.js";

class MyReactor extends GreeterReactor {
  handleMsg01(msg: Msg01): Msg01 {
    return { field1: [...msg.field1].reverse().join("") };
  }

  handleMsg02(msg: Msg02): void {
    console.log("event:", msg.field1);
  }
}

const serve = process.argv[2] ?? "tcp://127.0.0.1:5555"; // this machine alone; "tcp://*:5555" for all
await using reactor = new MyReactor({ serve, subscribe: "tcp://localhost:5556" });
stopOnSignals(reactor); // Ctrl-C: answers the requests in hand, then ends the program
console.log("bound to", reactor.endpoints[0]);
await reactor.stopped;
