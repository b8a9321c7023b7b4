import { connect } from "@nats-io/transport-node";
import { Question } from "../../gen/bench.js";
import { drive, payloadOf } from "../../roles/load.js";
import { roleOptions, serveBench } from "../../roles/role.js";

const { server } = roleOptions<{ server: string }>();
const connection = await connect({ servers: server });

serveBench({
  call: ({ count, size, inFlight }) => {
    const payload = payloadOf(size);
    return drive(count, inFlight, async (number) => {
      const question = Question.encode({ number, payload }).finish();
      const { data } = await connection.request("question", question, { timeout: 60_000 });
      Question.decode(data);
    });
  },
});
