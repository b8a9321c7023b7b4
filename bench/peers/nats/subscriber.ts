// Receives through nats.js' iterator, and decodes each message.
import { connect } from "@nats-io/transport-node";
import { Telegram } from "../../gen/bench.js";
import { PROBE, Tally } from "../../roles/load.js";
import { roleOptions, serveBench, tell } from "../../roles/role.js";

const { server } = roleOptions<{ server: string }>();
const connection = await connect({ servers: server });
const subscription = connection.subscribe("telegram");
await connection.flush();
const tally = new Tally(tell);

async function receive(): Promise<void> {
  for await (const { data } of subscription) tally.note(Telegram.decode(data).number === PROBE);
}

void receive();
serveBench({ expect: ({ count }) => tally.expect(count) });
