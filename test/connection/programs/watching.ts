// Has nothing to do that Node.js knows of, so that its monitor pauses again and again, and prints each change that it
// hears of. A receive of zeromq.js alone keeps it running until the socket that it reads from gets a message.
import { Dealer } from "dividere/connection";
import { Pull } from "zeromq";

const [watched = "", kept = ""] = process.argv.slice(2);
const pull = new Pull();
pull.connect(kept);
await using dealer = new Dealer(watched, {
  onStatus({ type }) {
    if (type === "connected" || type === "disconnected") console.log(type);
  },
});
await pull.receive();
pull.close();
console.log(dealer.closed ? "closed" : "open");
