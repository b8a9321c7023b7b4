import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { before, describe, test } from "node:test";
import { madeOnce } from "../support/cache.js";
import { root, run } from "../support/child.js";
import { failure, missingTool } from "../support/toolchain.js";

const workflow = join(".github", "workflows", "ci.yml");
const version = "v1.7.12";
const folder = join(root, ".cache", `actionlint-${version}`);

/** Downloading and compiling Go modules over a slow line. */
const timeoutMs = 240_000;

test("CI runs on three systems with three versions of Node", () => {
  const text = readFileSync(join(root, workflow), "utf8");
  assert.match(text, /^ {8}os: \[ubuntu, macos, windows\]$/m);
  assert.match(text, /^ {8}node: \[20, 22, 24\]$/m);
});

describe("actionlint", { skip: await missingTool("Go", [["go", "version"]]) }, () => {
  before(async () => {
    const reason = await madeOnce(folder, (partial) =>
      failure("go", ["install", `github.com/rhysd/actionlint/cmd/actionlint@${version}`], {
        env: { GOBIN: partial, GOFLAGS: "-mod=mod" },
        timeoutMs,
      }),
    );
    assert.equal(reason, undefined);
  });

  const lint = (file: string) => run(join(folder, "actionlint"), ["-no-color", file]);

  test("finds nothing in the workflow", async () => {
    const { status, stdout, stderr } = await lint(workflow);
    assert.equal(status, 0, `${stdout}${stderr}`);
  });
});
