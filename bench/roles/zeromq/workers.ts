// Bare DEALER sockets that send each request back. They are the same behind every broker, except that they register with
// a load-balancing broker.
import { Dealer } from "zeromq";
import { roleOptions, serveBench } from "../role.js";

const { endpoint, sockets, register } = roleOptions<{
  endpoint: string;
  sockets: number;
  /** The message with which a worker registers, base64; empty where the broker knows no workers. */
  register: string;
}>();
const registration = Buffer.from(register, "base64");

async function work(): Promise<void> {
  const socket = new Dealer({ linger: 0 });
  socket.connect(endpoint);
  if (registration.length > 0) await socket.send(registration);
  // A request goes back with its route, and so does a heartbeat, which has none.
  for await (const frames of socket) await socket.send(frames);
}

for (let socket = 0; socket < sockets; socket++) void work();
serveBench({});
