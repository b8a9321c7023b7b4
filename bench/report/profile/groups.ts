import type { CallFrame } from "./cpu-profile.js";
import type { Sources } from "./sources.js";

/** What stands for a profile's functions of a kind. */
export type Group = string;

const SEND = "zeromq.js: send";
const RECEIVE = "zeromq.js: receive";

/** The functions whose own time is that of a native call: V8 counts the native function to its caller. */
const nativeCalls: Readonly<Record<string, Readonly<Record<string, Group>>>> = {
  "connection/queue/send-queue.ts": { "#try": SEND, "#lacksRoom": SEND, "get #lacksRoom": SEND },
  "connection/queue/receive-queue.ts": { "#begin": RECEIVE },
  "connection/relay/relay-socket.ts": { send: SEND, "#receive": RECEIVE },
};

/** V8's own work. */
const engine: Readonly<Record<string, Group>> = {
  "(garbage collector)": "garbage collector",
  "(program)": "event loop, system calls and other native code",
};

/** Names a function for people: by itself and its file. */
export function functionText(
  { functionName, url, lineNumber }: CallFrame,
  sources: Sources,
): string {
  const name = functionName === "" ? "(anonymous)" : functionName;
  if (url === "") return name;
  const path = url.startsWith("node:") ? url : sources.pathOf(url, lineNumber);
  const module = /.*(?:node_modules|\bruntime\/src)\/(.*)$/.exec(path)?.[1];
  return `${name} ${module ?? path.split("/").slice(-2).join("/")}`;
}

/** Returns the group of a function: what it is the work of. */
export function groupOf(frame: CallFrame, sources: Sources): Group {
  const { functionName, url, lineNumber } = frame;
  const own = engine[functionName];
  if (own !== undefined) return own;
  if (url === "" || url.startsWith("node:"))
    return functionName.startsWith("compile") ? "compiling JavaScript" : "Node.js and V8";
  return groupOfPath(sources.pathOf(url, lineNumber), functionName);
}

function groupOfPath(path: string, functionName: string): Group {
  if (/@bufbuild\/protobuf|\bbench\/gen\/|src\/wire\/gen\//.test(path))
    return "protobuf's and generated code";
  const dependency = /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1];
  // Bare sockets call the native functions in a file of the bench.
  if (dependency !== undefined) return dependency === "zeromq" ? "zeromq.js" : dependency;
  const module = /\bruntime\/src\/(.*)$/.exec(path)?.[1];
  if (module !== undefined) {
    const native = nativeCalls[module]?.[functionName];
    return native ?? `dividere: ${module.split("/").slice(0, -1).slice(0, 2).join("/")}`;
  }
  if (/\bplugin\/(dist|src)\//.test(path)) return "protoc-gen-dividere, with what it bundles";
  if (/\bruntime\/dist\//.test(path)) return "dividere: its bundle";
  return "the bench";
}
