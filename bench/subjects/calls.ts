import { freePort } from "../../test/support/ports.js";
import { BenchProcess } from "../harness/process.js";
import {
  type Load,
  makeCalls,
  Processes,
  type Running,
  runningAs,
  type Subject,
} from "../harness/subject.js";
import { NatsServer } from "./nats-server.js";
import {
  cProgram,
  missingC,
  missingNats,
  missingPackage,
  missingPython,
  pythonCommand,
} from "./peers.js";

async function pair(
  processes: Processes,
  starting: Promise<BenchProcess>,
  startClient: (endpoint: string) => Promise<BenchProcess>,
): Promise<Running> {
  const server = await processes.add(starting);
  const client = await processes.add(startClient(server.told("endpoint")));
  return runningAs(processes, (count, load) => makeCalls(client, count, load));
}

/** A generated client and a generated reactor. */
export function ourCalls(): Subject {
  return {
    name: "dividere",
    ours: true,
    start: (profile) =>
      pair(new Processes(), BenchProcess.role("roles/dividere/server", {}, profile), (endpoint) =>
        BenchProcess.role("roles/dividere/client", { endpoint }, profile),
      ),
  };
}

/** Bare sockets of zeromq.js: REQ and REP, or DEALER and ROUTER. */
export function rawCalls(kind: "REQ/REP" | "DEALER/ROUTER"): Subject {
  const [client, server] = kind === "REQ/REP" ? ["request", "reply"] : ["dealer", "router"];
  return {
    name: `zeromq.js ${kind}`,
    start: () =>
      pair(
        new Processes(),
        BenchProcess.role("roles/zeromq/server", { kind: server }),
        (endpoint) => BenchProcess.role("roles/zeromq/client", { endpoint, kind: client }),
      ),
  };
}

/** Requests of nats.js through a nats-server. */
export function natsCalls(): Subject {
  return {
    name: "nats.js",
    missing: missingNats,
    start: async () => {
      const processes = new Processes();
      const { endpoint: server } = await processes.add(NatsServer.start());
      return await pair(processes, BenchProcess.role("peers/nats/server", { server }), () =>
        BenchProcess.role("peers/nats/client", { server }),
      );
    },
  };
}

/** Unary calls of grpc-js with ts-proto's messages, or of Connect over HTTP/2. */
export function rpcCalls(name: "grpc-js" | "Connect"): Subject {
  const [folder, needed] =
    name === "grpc-js" ? ["grpc", "@grpc/grpc-js"] : ["connect", "@connectrpc/connect-node"];
  return {
    name,
    missing: () => missingPackage(needed ?? ""),
    start: () =>
      pair(new Processes(), BenchProcess.role(`peers/${folder}/server`), (endpoint) =>
        BenchProcess.role(`peers/${folder}/client`, { endpoint }),
      ),
  };
}

/** libzmq from C, bytes only. */
export function cCalls(): Subject {
  return {
    name: "C libzmq REQ/REP, bytes only",
    missing: missingC,
    start: () =>
      pair(new Processes(), BenchProcess.start(cProgram, ["server"]), (endpoint) =>
        BenchProcess.start(cProgram, ["client", endpoint]),
      ),
  };
}

/** Python's dividere. */
export function pythonCalls(): Subject {
  return {
    name: "Python's dividere",
    missing: missingPython,
    start: async () =>
      pair(
        new Processes(),
        BenchProcess.start(...pythonCommand({ kind: "server", port: await freePort() })),
        (endpoint) => BenchProcess.start(...pythonCommand({ kind: "client", endpoint })),
      ),
  };
}

/** The reactor in worker processes, which compute where `command` says so. */
export function farmCalls(
  name: string,
  options: { readonly workers: number; readonly concurrency: number },
  command: "call" | "compute",
): Subject {
  return {
    name,
    ours: true,
    start: async (profile) => {
      const processes = new Processes();
      const farm = await processes.add(
        BenchProcess.role("roles/dividere/farm", { ...options }, profile),
      );
      const endpoint = farm.told("endpoint");
      const client = await processes.add(
        BenchProcess.role("roles/dividere/client", { endpoint }, profile),
      );
      return runningAs(processes, (count: number, load: Load) =>
        makeCalls(client, count, load, command),
      );
    },
  };
}
