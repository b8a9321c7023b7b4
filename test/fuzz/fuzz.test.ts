// The short form; `npm run test:fuzz` is the long one.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Router, setLogLevel } from "dividere/connection";
import { Dealer } from "zeromq";
import { within } from "../support/within.js";
import { attack } from "./attack.js";
import { HostileFrames } from "./hostile-frames.js";
import { receivers } from "./receivers.js";
import { knock } from "./strangers.js";

// Each hostile message is a line of it.
setLogLevel("silent");

describe("after 500 hostile messages, a good request is answered by", () => {
  for (const [index, receiver] of receivers.entries()) {
    test(receiver.name, () => attack(receiver, 500, new HostileFrames(1_000 + index)));
  }
});

test("strangers that never shake hands, or send garbage, are sent away, and a peer is served", async () => {
  await using router = new Router("tcp://127.0.0.1:*", { handshakeTimeoutMs: 200 });
  const [endpoint = ""] = router.endpoints;
  const port = Number(endpoint.split(":").at(-1));
  const knocking = knock(port, 100, new HostileFrames(7));
  await within(knocking, "the ends of 100 strange connections");
  const peer = new Dealer({ linger: 0 });
  peer.connect(endpoint);
  await peer.send("a message");
  assert.equal(String((await router.recv({ timeoutMs: 10_000 })).message), "a message");
  peer.close();
});
