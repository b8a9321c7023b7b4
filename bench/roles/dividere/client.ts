// Calls through the generated class.
import { BenchRequest } from "../../gen/bench_dividere.js";
import { drive, payloadOf } from "../load.js";
import { roleOptions, serveBench } from "../role.js";

const { endpoint } = roleOptions<{ endpoint: string }>();
const client = new BenchRequest(endpoint);

serveBench({
  call: ({ count, size, inFlight }) => {
    const payload = payloadOf(size);
    return drive(count, inFlight, (number) => client.echo({ number, payload }));
  },
  compute: ({ count, size, inFlight }) =>
    drive(count, inFlight, () => client.compute({ steps: size, result: 0 })),
});
