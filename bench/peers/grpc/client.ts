import { credentials, makeGenericClientConstructor } from "@grpc/grpc-js";
import type { Question } from "../../gen/bench.js";
import { drive, payloadOf } from "../../roles/load.js";
import { roleOptions, serveBench } from "../../roles/role.js";
import { bench } from "./service.js";

interface BenchClient {
  echo(question: Question, callback: (error: Error | null, answer?: Question) => void): void;
}

const { endpoint } = roleOptions<{ endpoint: string }>();
const Client = makeGenericClientConstructor(bench, "Bench");
const client = new Client(endpoint, credentials.createInsecure()) as unknown as BenchClient;

function echo(question: Question): Promise<Question | undefined> {
  return new Promise((resolve, reject) => {
    client.echo(question, (error, answer) => (error === null ? resolve(answer) : reject(error)));
  });
}

serveBench({
  call: ({ count, size, inFlight }) => {
    const payload = payloadOf(size);
    return drive(count, inFlight, (number) => echo({ number, payload }));
  },
});
