import { Server, ServerCredentials, type ServerUnaryCall, type sendUnaryData } from "@grpc/grpc-js";
import type { Question } from "../../gen/bench.js";
import { serveBench } from "../../roles/role.js";
import { bench } from "./service.js";

const server = new Server();
server.addService(bench, {
  echo: (call: ServerUnaryCall<Question, Question>, callback: sendUnaryData<Question>) => {
    const { number, payload } = call.request;
    callback(null, { number, payload });
  },
});
server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, port) => {
  if (error !== null) throw error;
  serveBench({}, { endpoint: `127.0.0.1:${port}` });
});
