import type { Codec } from "../../command/arguments.js";

/** The proto of a first service: one request, one event. */
export const firstProto: string = `syntax = "proto3";

import "dividere/v1/options.proto";
import "google/protobuf/empty.proto";

message Greeting {
  string name = 1;
}

message Answer {
  string text = 1;
}

message Visit {
  string name = 1;
}

// Greets people, and announces visitors.
service Greeter {
  // The service's name in the registry.
  option (dividere.v1.service) = {name: "greeter"};

  // A request and its answer.
  rpc Greet(Greeting) returns (Answer);

  // Published to every subscriber, and not answered.
  rpc Announce(Visit) returns (google.protobuf.Empty) {
    option (dividere.v1.method) = {pattern: PUBLISH};
  }
}
`;

/** Returns the programs of a first service by file name. They belong beside the folder "gen". */
export function firstPrograms(codec: Codec): Readonly<Record<string, string>> {
  return { "server.ts": server(codec), "client.ts": client, "main.ts": main };
}

/** Returns the scripts that run these programs. */
export function firstScripts(folder: string): Readonly<Record<string, string>> {
  return {
    // So that the programs never start with outdated code.
    prestart: "buf generate",
    // Not with the program tsx, which would stand between a signal and the program.
    start: `node --import=tsx ${folder}main.ts`,
    server: `node --import=tsx ${folder}server.ts`,
    client: `node --import=tsx ${folder}client.ts`,
    check: "tsc",
  };
}

export const tsconfig: string = `{
  "compilerOptions": {
    "target": "es2022",
    "lib": ["es2023", "esnext.disposable"],
    "module": "nodenext",
    "types": ["node"],
    "strict": true,
    "skipLibCheck": true,
    "noEmit": true
  }
}
`;

const main = `// npm start runs the server and the client in one process; npm run server and npm run client run each alone.
await Promise.all([import("./server.js"), import("./client.js")]);
`;

function server(codec: Codec): string {
  const es = codec === "es";
  const answer = `{ text: \`Hello, \${msg.name}!\` }`;
  return `${es ? 'import { create } from "@bufbuild/protobuf";\n' : ""}import { stopOnSignals } from "dividere/messaging";
import ${
    es
      ? '{ type Answer, AnswerSchema, type Greeting, type Visit } from "./gen/greeter_pb.js"'
      : 'type { Answer, Greeting, Visit } from "./gen/greeter.js"'
  };
import { GreeterReactor } from "./gen/greeter_dividere.js";

// The compiler names every handler that is missing; npx dividere-scaffold writes it.
class MyGreeter extends GreeterReactor {
  handleGreeting(msg: Greeting): Answer {
    return ${es ? `create(AnswerSchema, ${answer})` : answer};
  }

  handleVisit(msg: Visit): void {
    console.log("server: a visit of", msg.name);
  }
}

// The endpoint for requests, from this machine alone; "tcp://*:5555" serves every machine.
const serve = process.argv[2] ?? "tcp://127.0.0.1:5555";
// The endpoint of the events, which the client publishes.
const subscribe = process.argv[3] ?? "tcp://127.0.0.1:5556";

await using greeter = new MyGreeter({ serve, subscribe });
stopOnSignals(greeter); // Ctrl-C: requests in hand are answered, then the program ends
console.log("server: bound to", greeter.endpoints[0]);
await greeter.stopped;
console.log("server: stopped");
`;
}

const client = `import { GreeterPublisher, GreeterRequest } from "./gen/greeter_dividere.js";

await using greeter = new GreeterRequest(process.argv[2] ?? "tcp://127.0.0.1:5555");
const answer = await greeter.greet({ name: "Ada" }, { timeoutMs: 10_000 });
console.log("client:", answer.text);

await using news = new GreeterPublisher(process.argv[3] ?? "tcp://127.0.0.1:5556");
await news.waitForSubscribers(1, { timeoutMs: 10_000 });
await news.announce({ name: "Ada" });
`;
