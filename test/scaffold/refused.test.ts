import assert from "node:assert/strict";
import { test } from "node:test";
import { ScaffoldProject } from "./scaffold-project.js";
import { shop } from "./shop.js";

const refusals: readonly { args: readonly string[]; says: RegExp }[] = [
  {
    args: ["--chek"],
    says: /^dividere-scaffold: Unknown option --chek; did you mean --check\?\nThe options are --base, --check, /,
  },
  { args: ["-x"], says: /Unknown option -x\nThe options are/ },
  { args: ["--out"], says: /--out needs a value: --out <folder>/ },
  { args: ["--check=yes"], says: /--check takes no value/ },
  { args: ["--yes"], says: /--yes belongs to init: dividere-scaffold init --yes/ },
  { args: ["--base", "actor"], says: /--base cannot be "actor"; it is reactor or service/ },
  { args: ["--class", "1st"], says: /--class "1st" is no name for a class/ },
  {
    args: ["--class", "Mine"],
    says: /there are 2 services. Choose one with --service:\n {2}shop\.v1\.Orders\n {2}shop\.v1\.StockService\n/,
  },
  {
    args: ["--class", "Taken", "--service", "Orders"],
    says: /taken\.ts has a class Taken that does not extend OrdersReactor/,
  },
  {
    args: ["--service", "Order"],
    says: /There is no service Order; did you mean Orders\?\nThe services are shop\.v1\.Orders, /,
  },
  {
    args: ["--service", "Orders", "--out", "taken.ts/deep"],
    says: /Cannot write .*taken\.ts.deep.my-orders\.ts: (ENOTDIR|EEXIST)/,
  },
  { args: ["nowhere"], says: /There is no file or folder nowhere/ },
  { args: ["empty"], says: /No generated reactors in empty\./ },
  { args: ["init", "there"], says: /init takes no "there"/ },
  { args: ["init", "--check"], says: /init takes no --check/ },
];

for (const { args, says } of refusals) {
  test(`refused with the next step: ${args.join(" ")}`, async () => {
    using project = new ScaffoldProject({
      ...shop,
      "taken.ts": "export class Taken {}\n",
      "empty/nothing.ts": "export {};\n",
    });
    const before = project.all();
    const ran = await project.run(args);
    assert.equal(ran.status, 2);
    assert.equal(ran.stdout, "");
    assert.match(ran.stderr, says);
    assert.deepEqual(project.all(), before);
  });
}

test("a project without generated code gets the advice to generate", async () => {
  using project = new ScaffoldProject();
  const ran = await project.run();
  assert.equal(ran.status, 2);
  assert.match(ran.stderr, /No generated reactors in this package\. Run buf generate first/);
});
