// Publishes through nats.js: the same messages of ts-proto, several in one turn of the loop, as nats.js sends them.
import { setImmediate as turn } from "node:timers/promises";
import { connect } from "@nats-io/transport-node";
import { Telegram } from "../../gen/bench.js";
import { PROBE, payloadOf } from "../../roles/load.js";
import { type Command, clock, roleOptions, serveBench } from "../../roles/role.js";

const { server } = roleOptions<{ server: string }>();
const connection = await connect({ servers: server });

/** nats.js buffers without a bound. After so many bytes the publisher waits until the buffer is empty. */
const FLUSH_BYTES = 4 << 20;

async function send({ count, size, burst }: Command): Promise<object> {
  const payload = payloadOf(size);
  let unflushed = 0;
  const at = clock();
  for (let number = 1; number <= count; ) {
    const last = Math.min(count, number + burst - 1);
    while (number <= last) {
      connection.publish("telegram", Telegram.encode({ number: number++, payload }).finish());
    }
    unflushed += burst * size;
    if (unflushed < FLUSH_BYTES) await turn();
    else {
      unflushed = 0;
      await connection.flush();
    }
  }
  return { at };
}

serveBench({
  send,
  probe: async () => {
    const payload = new Uint8Array();
    connection.publish("telegram", Telegram.encode({ number: PROBE, payload }).finish());
    await connection.flush();
    return undefined;
  },
});
