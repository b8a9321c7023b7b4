import { createServer } from "node:http2";
import type { AddressInfo } from "node:net";
import { connectNodeAdapter } from "@connectrpc/connect-node";
import { serveBench } from "../../roles/role.js";
import { Bench } from "../gen/bench_pb.js";

const handler = connectNodeAdapter({
  routes: (router) => {
    router.service(Bench, { echo: ({ number, payload }) => ({ number, payload }) });
  },
});
const server = createServer({ settings: { maxConcurrentStreams: 1_000 } }, handler);
server.listen(0, "127.0.0.1", () => {
  const { port } = server.address() as AddressInfo;
  serveBench({}, { endpoint: `http://127.0.0.1:${port}` });
});
