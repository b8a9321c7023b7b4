import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { DividereError, WorkerError } from "dividere/messaging";
import { within } from "../../support/within.js";
import { greeters, serve } from "./greeters.js";
import { Farm, fixture, Statuses } from "./mp-farm.js";
import { ownTemporaryFolder } from "./own-folder.js";

ownTemporaryFolder();

describe("MpMsgReactor with an unusable module", () => {
  const cases: readonly {
    name: string;
    module: string;
    export?: string;
    message: RegExp;
  }[] = [
    { name: "throws while it loads", module: "throws.ts", message: /: spoilt while loading$/ },
    { name: "exits while it loads", module: "exits.ts", message: /exit code 7/ },
    { name: "is not there", module: "nowhere.js", message: /Cannot find module/ },
    { name: "exports nothing by default", module: "by-hand.ts", message: /no export "default"/ },
    { name: "exports no class", module: "by-hand.ts", export: "notClass", message: /"notClass"/ },
    {
      name: "exports some other class",
      module: "by-hand.ts",
      export: "Stranger",
      message: /"Stranger" is no reactor/,
    },
    {
      name: "reads from elsewhere",
      module: "by-hand.ts",
      export: "Elsewhere",
      message: /no Router or Response at the "serve" endpoint/,
    },
    {
      name: "fails to initialise",
      module: "by-hand.ts",
      export: "NeverReady",
      message: /: no model here$/,
    },
  ];
  for (const { name, module, message, ...options } of cases) {
    test(`fails as a whole when it ${name}`, async () => {
      const farm = new Farm(fixture(module), { serve, workers: 2, ...options });
      const statuses = new Statuses(farm);
      const error = await within(
        farm.waitUntilReady().then(
          () => assert.fail("it got ready"),
          (reason: unknown) => reason,
        ),
        "the failure",
      );
      assert.ok(error instanceof WorkerError, String(error));
      assert.equal(error.code, "WORKER_FAILED");
      assert.equal(error.module, fixture(module).href);
      assert.ok(error.message.includes(module), error.message);
      assert.match(error.message, message);
      assert.ok(farm.closed);
      await farm.stop();
      assert.equal(statuses.of("failed").length, 1);
      assert.deepEqual(statuses.of("crashed"), [], "it is not started again");
    });
  }

  test("is refused at once without a file, or without an endpoint", () => {
    assert.throws(
      () => new Farm("dividere/messaging", { serve }),
      (error) => error instanceof WorkerError && /names no module/.test(error.message),
    );
    assert.throws(
      () => greeters({}),
      (error) => error instanceof DividereError && error.code === "ENDPOINT_INVALID",
    );
    assert.throws(
      () => new Farm(fixture("greeter.ts"), { serve, data: () => {} }),
      (error) => error instanceof WorkerError && /cannot be copied/.test(error.message),
    );
  });

  test("leaves nothing running when the address is taken", async () => {
    await using farm = greeters({ serve, workers: 1 });
    const [taken = ""] = farm.endpoints;
    assert.throws(
      () => greeters({ serve: `@${taken}` }),
      (error) => error instanceof DividereError && error.code === "ADDRESS_IN_USE",
    );
  });
});
