// A process that a test ends by a signal: what the first argument names, stopped in one line.
import { Proxy as ZeroMqProxy } from "dividere/connection";
import { LoadBalancing, MpMsgReactor, stopOnSignals } from "dividere/messaging";
import { RegistryServer } from "dividere/registry";
import type { Msg01 } from "../gen/plain.js";
import { Reverser } from "../service/reverser.js";

const [what, ...rest] = process.argv.slice(2);
process.on("unhandledRejection", (error) => {
  console.log("unhandled", error);
  process.exit(70);
});

/** Answers once its process has got the signal. */
class Slow extends Reverser {
  override async handleMsg01(message: Msg01): Promise<Msg01> {
    const signalled = new Promise((resolve) => process.once("SIGTERM", resolve));
    console.log("begun");
    await signalled;
    return super.handleMsg01(message);
  }
}

if (what === "service") {
  const [registry = "", registryEvents = "", first = "0"] = rest;
  const ports = { first: Number(first), last: Number(first) + 20 };
  const service = new Slow({ registry, registryEvents, listen: "127.0.0.1", ports });
  stopOnSignals(service);
  await service.waitUntilRegistered({ timeoutMs: 20_000 });
  console.log("ready");
  await service.stopped;
} else if (what === "farm") {
  const module = new URL("../fixtures/farm/greeter.js", import.meta.url);
  const farm = new MpMsgReactor(module, { serve: "tcp://127.0.0.1:*", workers: 1 });
  stopOnSignals(farm);
  await farm.waitUntilReady({ timeoutMs: 60_000 });
  console.log("ready", ...farm.endpoints);
  await farm.stopped;
} else if (what === "registry") {
  const registry = new RegistryServer({ endpoint: "tcp://127.0.0.1:*" });
  stopOnSignals(registry);
  console.log("ready", registry.endpoint);
  await registry.stopped;
} else {
  const Middle = what === "proxy" ? ZeroMqProxy : LoadBalancing.Broker;
  const middle = new Middle("tcp://127.0.0.1:*", "tcp://127.0.0.1:*");
  stopOnSignals(middle);
  console.log("ready", ...middle.frontendEndpoints, ...middle.backendEndpoints);
  await middle.stopped;
}
console.log("stopped");
