import assert from "node:assert/strict";
import { test } from "node:test";
import { generate } from "../plugin/support/generate.js";
import { messages, ScaffoldProject } from "./scaffold-project.js";

/** What is generated for a service with these lines, and messages A, B and C. */
function service(lines: string): Record<string, string> {
  const proto = `syntax = "proto3";
import "dividere/v1/options.proto";
import "google/protobuf/empty.proto";
message A {}
message B {}
message C {}
service Greeter {
${lines}
}
`;
  return {
    "gen/greeter_dividere.ts": generate({ "greeter.proto": proto })["greeter_dividere.ts"] ?? "",
    "gen/greeter.ts": messages("A", "B", "C"),
  };
}

/** A class file before and after the service changed to the lines given. */
interface Case {
  readonly title: string;
  readonly lines: string;
  readonly before: string;
  readonly after: string;
  readonly says: readonly string[];
}

const imports = `import { RequestError } from "dividere/messaging";
import type { A, B } from "./gen/greeter.js";
import { GreeterReactor } from "./gen/greeter_dividere.js";
`;

const cases: readonly Case[] = [
  {
    title: "a message that a second rpc takes: the first one keeps the body",
    lines: "rpc Ask(A) returns (B);\nrpc Again(A) returns (B);",
    before: `${imports}
export class Mine extends GreeterReactor {
  // Answers.
  override async handleA(msg: A): Promise<B> {
    return this.handleA === undefined ? {} : super.handleA(msg);
  }
}
`,
    after: `${imports}
export class Mine extends GreeterReactor {
  // Answers.
  override async handleAsk(msg: A): Promise<B> {
    return this.handleAsk === undefined ? {} : super.handleAsk(msg);
  }

  override async handleAgain(msg: A): Promise<B> {
    throw new RequestError("UNIMPLEMENTED", "Again is not implemented yet");
  }
}
`,
    says: [
      "mine.ts:5: class Mine, added",
      "  ~ handleA -> handleAsk, line 7; make sure that it is not handleAgain",
      "  + handleAgain",
      "Renamed 1 handler. Wrote 1 handler; a handler throws until you fill it in.",
    ],
  },
  {
    title: "the answer tells which rpc a handler was",
    lines: "rpc New(A) returns (A);\nrpc Ask(A) returns (B);\nrpc Watch(A) returns (stream B);",
    before: `${imports}
export class Mine extends GreeterReactor {
  handleA(msg: A): Promise<B> | B { return {}; }
}
`,
    after: `${imports}
export class Mine extends GreeterReactor {
  async handleNew(msg: A): Promise<A> {
    throw new RequestError("UNIMPLEMENTED", "New is not implemented yet");
  }

  handleAsk(msg: A): Promise<B> | B { return {}; }

  async *handleWatch(msg: A): AsyncIterable<B> {
    throw new RequestError("UNIMPLEMENTED", "Watch is not implemented yet");
  }
}
`,
    says: ["mine.ts:5: class Mine, added", "  ~ handleA -> handleAsk, line 6"],
  },
  {
    title: "a message that one rpc takes again: the rpc's own handler keeps the body",
    lines: "rpc Ask(A) returns (B);",
    before: `${imports}
export class Mine extends GreeterReactor {
  handleAgain(msg: A): B { return {}; }
  handleAsk(msg: A): B { return {}; }
}
`,
    after: `${imports}
export class Mine extends GreeterReactor {
  handleAgain(msg: A): B { return {}; }
  handleA(msg: A): B { return {}; }
}
`,
    says: [
      "mine.ts:5: class Mine, renamed",
      "  ~ handleAsk -> handleA, line 7",
      "  ? handleAgain, line 6: no rpc of Greeter needs it; kept",
      "Renamed 1 handler.",
    ],
  },
  {
    title: "a service that names all its handlers by rpc, with streams, events and a namespace",
    lines: `option (dividere.v1.service) = { handlers: BY_RPC };
rpc List(A) returns (stream B);
rpc Upload(stream B) returns (A);
rpc Tell(C) returns (google.protobuf.Empty) { option (dividere.v1.method) = { pattern: PUBLISH }; }`,
    before: `import type * as messages from "./gen/greeter.js";
import { GreeterReactor } from "./gen/greeter_dividere.js";

export class Mine extends GreeterReactor {
  async *handleA(msg: messages.A) { yield {}; }
  async handleB(msgs: AsyncIterable<messages.B>) { return {}; }
  handleC(msg: messages.C) { for (const one of [msg]) console.log(one); }
  other() { const self = { handleC: 1 }; return self.handleC; }
}
`,
    after: `import type * as messages from "./gen/greeter.js";
import { GreeterReactor } from "./gen/greeter_dividere.js";

export class Mine extends GreeterReactor {
  async *handleList(msg: messages.A) { yield {}; }
  async handleUpload(msgs: AsyncIterable<messages.B>) { return {}; }
  handleTell(msg: messages.C) { for (const one of [msg]) console.log(one); }
  other() { const self = { handleC: 1 }; return self.handleC; }
}
`,
    says: [
      "  ~ handleA -> handleList, line 5",
      "  ~ handleB -> handleUpload, line 6",
      "  ~ handleC -> handleTell, line 7",
      "Renamed 3 handlers.",
    ],
  },
  {
    title: "a handler of another kind is no former one",
    lines: "rpc Watch(A) returns (stream B);\nrpc Again(A) returns (stream B);",
    before: `${imports}
export class Mine extends GreeterReactor {
  handleA(msg: A): B { return {}; }
}
`,
    after: `${imports}
export class Mine extends GreeterReactor {
  handleA(msg: A): B { return {}; }

  async *handleWatch(msg: A): AsyncIterable<B> {
    throw new RequestError("UNIMPLEMENTED", "Watch is not implemented yet");
  }

  async *handleAgain(msg: A): AsyncIterable<B> {
    throw new RequestError("UNIMPLEMENTED", "Again is not implemented yet");
  }
}
`,
    says: ["  ? handleA, line 6: no rpc of Greeter needs it; kept"],
  },
];

for (const { title, lines, before, after, says } of cases) {
  test(title, async () => {
    using project = new ScaffoldProject({ ...service(lines), "mine.ts": before });
    const { stdout } = await project.scaffold();
    assert.equal(project.read("mine.ts"), after);
    const said = stdout.split("\n");
    assert.deepEqual(
      says.filter((line) => !said.includes(line)),
      [],
      stdout,
    );
  });
}

test("--check tells that a handler has an old name, and changes nothing", async () => {
  const before = `${imports}\nclass Mine extends GreeterReactor {\n  handleB(msg: A): B { return {}; }\n  handleA(msg: A): B { return {}; }\n}\n`;
  using project = new ScaffoldProject({
    ...service(
      'rpc Ask(A) returns (B) { option (dividere.v1.method) = { handler: "ask" }; }\nrpc Reply(B) returns (B);',
    ),
    "mine.ts": before,
  });
  const ran = await project.run(["--check"]);
  assert.equal(ran.status, 1);
  assert.equal(
    ran.stdout,
    "mine.ts:5: class Mine, to be renamed\n  ~ handleA -> ask, line 7\nTo be renamed: 1 handler. Run dividere-scaffold to rename it.\n",
  );
  assert.equal(project.read("mine.ts"), before);
});

test("a handler that several classes override is renamed in all of them", async () => {
  using project = new ScaffoldProject({
    ...service("rpc Ask(A) returns (B);\nrpc Again(A) returns (B);"),
    "mine.ts": `${imports}
class Mine extends GreeterReactor {
  handleA(msg: A): B { return {}; }
  handleAgain(msg: A): B { throw new RequestError("NO", ""); }
}
class Own extends Mine {
  override handleA(msg: A): B { return super.handleA(msg); }
}
`,
  });
  await project.scaffold();
  assert.match(project.read("mine.ts"), /^ {2}handleAsk\(msg: A\): B \{ return \{\}; \}$/m);
  assert.match(
    project.read("mine.ts"),
    /^ {2}override handleAsk\(msg: A\): B \{ return super\.handleAsk\(msg\); \}$/m,
  );
});
