import type { Command } from "commander";
import { Proxy as RequestProxy } from "dividere/connection";
import { type CommonOptions, newCommand, runs } from "../../app/command.js";
import { type ServerKeyOptions, withKeys } from "../../app/options.js";
import { serverSecurity } from "../../connect/keys.js";
import { untilStopped } from "./until-stopped.js";

interface Options extends CommonOptions, ServerKeyOptions {
  readonly thread?: boolean;
}

export function proxyCommand(): Command {
  const command = newCommand(
    "proxy <frontend> <backend>",
    "Run a proxy between clients and workers",
    {
      details:
        "Runs until Ctrl-C. Clients connect to the front end, workers (REP, DEALER or ROUTER) to the back end, in turn, whether free or not; a broker waits until a server is free.",
      examples: [
        ["dividere proxy tcp://127.0.0.1:6000 tcp://127.0.0.1:6001", "serve this machine"],
      ],
    },
  );
  command.option("--thread", "forward on a thread with libzmq's own proxy; without CURVE");
  withKeys(command, "server");
  return runs<Options, [string, string]>(command, async (context, frontend, backend) => {
    const proxy = new RequestProxy(frontend, backend, {
      thread: context.options.thread === true,
      ...serverSecurity(context.options),
    });
    const { frontendEndpoints: clients, backendEndpoints: workers } = proxy;
    context.out.result({ frontendEndpoints: clients, backendEndpoints: workers }, () => [
      `Proxy: clients at ${clients.join(", ")}, workers at ${workers.join(", ")}`,
    ]);
    await untilStopped(context, proxy);
    return 0;
  });
}
