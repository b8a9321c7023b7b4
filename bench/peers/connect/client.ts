import { createClient } from "@connectrpc/connect";
import { createConnectTransport } from "@connectrpc/connect-node";
import { drive, payloadOf } from "../../roles/load.js";
import { roleOptions, serveBench } from "../../roles/role.js";
import { Bench } from "../gen/bench_pb.js";

const { endpoint } = roleOptions<{ endpoint: string }>();
const transport = createConnectTransport({
  httpVersion: "2",
  baseUrl: endpoint,
  useBinaryFormat: true,
});
const client = createClient(Bench, transport);

serveBench({
  call: ({ count, size, inFlight }) => {
    const payload = payloadOf(size);
    return drive(count, inFlight, (number) => client.echo({ number, payload }));
  },
});
