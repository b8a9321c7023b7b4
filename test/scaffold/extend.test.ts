import assert from "node:assert/strict";
import { test } from "node:test";
import { greeter, ScaffoldProject } from "./scaffold-project.js";

const rejectsA = 'throw new RequestError("UNIMPLEMENTED", "AskA is not implemented yet");';
const rejectsB = 'throw new RequestError("UNIMPLEMENTED", "AskB is not implemented yet");';
const reportsC = 'throw new DividereError("MISSING_HANDLER", "TellC is not handled yet");';
const rejectsD = 'throw new RequestError("UNIMPLEMENTED", "AskD is not implemented yet");';

/** What a class file is before and after. */
interface Case {
  readonly title: string;
  readonly before: string;
  readonly after: string;
  readonly others?: Readonly<Record<string, string>>;
}

const cases: readonly Case[] = [
  {
    title: "a handler goes between those that it stands between in the proto",
    before: `import { DividereError, RequestError } from "dividere/messaging";
import type { A, B, C, D } from "./gen/greeter.js";
import { GreeterReactor } from "./gen/greeter_dividere.js";

export class Mine extends GreeterReactor {
  readonly #count = 0;

  // What A gets.
  handleA(msg: A): B {
    return {};
  } // the end of A

  // Far away.
  handleD(msg: D): A {
    return {};
  }

  helper(): void {}
}
`,
    after: `import { DividereError, RequestError } from "dividere/messaging";
import type { A, B, C, D } from "./gen/greeter.js";
import { GreeterReactor } from "./gen/greeter_dividere.js";

export class Mine extends GreeterReactor {
  readonly #count = 0;

  // What A gets.
  handleA(msg: A): B {
    return {};
  } // the end of A

  async handleB(msg: B): Promise<B> {
    ${rejectsB}
  }

  async handleC(msg: C): Promise<void> {
    ${reportsC}
  }

  // Far away.
  handleD(msg: D): A {
    return {};
  }

  helper(): void {}
}
`,
  },
  {
    title: "a handler that comes first goes above the next one's comments and decorators",
    before: `import { RequestError } from "dividere/messaging";
import type { A, B, C, D } from "./gen/greeter.js";
import { GreeterReactor } from "./gen/greeter_dividere.js";
import { logged } from "./logged.js";

class Mine extends GreeterReactor { // one line
  // A paragraph about all.

  /** About B. */
  // And more.
  @logged
  async handleB(msg: B) { return {}; }
  handleC(msg: C) {}

  handleD(msg: D) { return {}; }
}
`,
    after: `import { RequestError } from "dividere/messaging";
import type { A, B, C, D } from "./gen/greeter.js";
import { GreeterReactor } from "./gen/greeter_dividere.js";
import { logged } from "./logged.js";

class Mine extends GreeterReactor { // one line
  // A paragraph about all.

  async handleA(msg: A): Promise<B> {
    ${rejectsA}
  }

  /** About B. */
  // And more.
  @logged
  async handleB(msg: B) { return {}; }
  handleC(msg: C) {}

  handleD(msg: D) { return {}; }
}
`,
  },
  {
    title: "an empty class on one line is opened",
    before: `import { GreeterReactor } from "./gen/greeter_dividere.js";
export default class extends GreeterReactor {}
`,
    after: `import { DividereError, RequestError } from "dividere/messaging";
import { GreeterReactor } from "./gen/greeter_dividere.js";
import type { A, B, C, D } from "./gen/greeter.js";
export default class extends GreeterReactor {
  async handleA(msg: A): Promise<B> {
    ${rejectsA}
  }

  async handleB(msg: B): Promise<B> {
    ${rejectsB}
  }

  async handleC(msg: C): Promise<void> {
    ${reportsC}
  }

  async handleD(msg: D): Promise<A> {
    ${rejectsD}
  }
}
`,
  },
  {
    title:
      "tabs, single quotes, no semicolons and Windows' line ends are kept, and a byte order mark",
    before: `\uFEFFimport type { A, B, C } from './gen/greeter.js'\r
import { GreeterReactor } from './gen/greeter_dividere.js'\r
\r
export class Mine extends GreeterReactor {\r
\thandleA(msg: A): B { return {} }\r
\thandleB(msg: B): B { return {} }\r
\thandleC(msg: C): void {}\r
}\r
`,
    after: `\uFEFFimport { RequestError } from 'dividere/messaging'\r
import type { A, B, C, D } from './gen/greeter.js'\r
import { GreeterReactor } from './gen/greeter_dividere.js'\r
\r
export class Mine extends GreeterReactor {\r
\thandleA(msg: A): B { return {} }\r
\thandleB(msg: B): B { return {} }\r
\thandleC(msg: C): void {}\r
\tasync handleD(msg: D): Promise<A> {\r
\t\tthrow new RequestError('UNIMPLEMENTED', 'AskD is not implemented yet')\r
\t}\r
}\r
`,
  },
  {
    title: "modifiers, contexts and a list of imports in several lines are taken up",
    before: `import {DividereError} from "dividere/messaging";
import type {RequestContext} from "dividere/messaging";
import {
    A,
    B,
    // C is still to come
} from "./gen/greeter.js";
import {GreeterReactor} from "./gen/greeter_dividere.js";

const reactor = new (class Inner extends GreeterReactor {
    public override handleA(msg: A, context: RequestContext): B {
        return {};
    }

    public override handleB = (msg: B, context: RequestContext) => ({});
    handleD() {
        return {};
    }

    /* nothing more */
})({ serve: "tcp://*:5555" });
`,
    after: `import {DividereError} from "dividere/messaging";
import type {EventContext, RequestContext} from "dividere/messaging";
import {
    A,
    B,
    C,
    // C is still to come
} from "./gen/greeter.js";
import {GreeterReactor} from "./gen/greeter_dividere.js";

const reactor = new (class Inner extends GreeterReactor {
    public override handleA(msg: A, context: RequestContext): B {
        return {};
    }

    public override handleB = (msg: B, context: RequestContext) => ({});

    async handleC(msg: C, context: EventContext): Promise<void> {
        ${reportsC}
    }
    handleD() {
        return {};
    }

    /* nothing more */
})({ serve: "tcp://*:5555" });
`,
  },
  {
    title:
      "a class that others stand before gets what they lack, and names that are taken are renamed",
    before: `// A licence.
import { type A, type B } from "./gen/greeter.js";
import { Base as Foundation } from "./base.js";

interface D { own: true }
class RequestError extends Error {}

export class Mine extends Foundation {
  handleB(msg: B): B {
    return {};
  }
}
`,
    after: `// A licence.
import { type A, type B, type D as D$1 } from "./gen/greeter.js";
import { Base as Foundation } from "./base.js";
import { RequestError as RequestError$1 } from "dividere/messaging";

interface D { own: true }
class RequestError extends Error {}

export class Mine extends Foundation {
  handleB(msg: B): B {
    return {};
  }

  async handleD(msg: D$1): Promise<A> {
    throw new RequestError$1("UNIMPLEMENTED", "AskD is not implemented yet");
  }
}
`,
    others: {
      "base.ts": `import type { A, B, C } from "./gen/greeter.js";
import * as generated from "./gen/index.js";
const Mixed = <T extends abstract new (...args: any[]) => object>(base: T) => base;
export abstract class Base extends Mixed(generated.Reactor) {
  handleA(msg: A): B { return {}; }
  abstract handleB(msg: B): B;
  handleC(msg: C): void {}
}
`,
      "gen/index.ts": `export { GreeterReactor as Reactor } from "./all.js";\n`,
      "gen/all.ts": `export * from "./greeter_dividere.js";\n`,
    },
  },
];

for (const { title, before, after, others } of cases) {
  test(title, async () => {
    using project = new ScaffoldProject({ ...greeter, ...others, "mine.ts": before });
    await project.scaffold();
    assert.equal(project.read("mine.ts"), after);
  });
}
