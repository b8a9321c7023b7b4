import { connect } from "@nats-io/transport-node";
import { Question } from "../../gen/bench.js";
import { roleOptions, serveBench } from "../../roles/role.js";

const { server } = roleOptions<{ server: string }>();
const connection = await connect({ servers: server });
connection.subscribe("question", {
  callback: (error, message) => {
    if (error !== null) throw error;
    const { number, payload } = Question.decode(message.data);
    message.respond(Question.encode({ number, payload }).finish());
  },
});
await connection.flush();
serveBench({});
