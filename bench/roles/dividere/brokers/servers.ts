// Servers behind a broker or a proxy, each a generated reactor with a socket of its own.
import { roleOptions, serveBench } from "../../role.js";
import EchoReactor from "../reactor.js";

const { endpoint, kind, servers } = roleOptions<{
  endpoint: string;
  /** Behind a broker, which waits for each one's answer, or behind a proxy. */
  kind: "balanced" | "proxied";
  servers: number;
}>();
for (let server = 0; server < servers; server++) {
  new EchoReactor(kind === "balanced" ? { broker: endpoint } : { serve: `>${endpoint}` });
}
serveBench({});
