// Bare sockets that answer with the question: REP, or ROUTER for many calls in flight.
import { Reply, Router } from "zeromq";
import { Question } from "../../gen/bench.js";
import { roleOptions, serveBench } from "../role.js";

const { kind } = roleOptions<{ kind: "reply" | "router" }>();
const any = "tcp://127.0.0.1:*";

function answer(frame: Buffer | undefined): Uint8Array {
  if (frame === undefined) throw new Error("A request without its frame");
  const { number, payload } = Question.decode(frame);
  return Question.encode({ number, payload }).finish();
}

async function reply(socket: Reply): Promise<void> {
  for await (const [question] of socket) await socket.send(answer(question));
}

async function route(socket: Router): Promise<void> {
  for await (const [peer, id, empty, question] of socket) {
    if (peer === undefined || id === undefined || empty === undefined) continue;
    await socket.send([peer, id, empty, answer(question)]);
  }
}

if (kind === "reply") {
  const socket = new Reply({ linger: 0 });
  socket.bindSync(any);
  void reply(socket);
  serveBench({}, { endpoint: socket.lastEndpoint });
} else {
  const socket = new Router({ linger: 0, sendHighWaterMark: 0, receiveHighWaterMark: 0 });
  socket.bindSync(any);
  void route(socket);
  serveBench({}, { endpoint: socket.lastEndpoint });
}
