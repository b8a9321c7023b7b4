import assert from "node:assert/strict";
import { mkdirSync, symlinkSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { root, run } from "../../support/child.js";
import { TemporaryFolder } from "../../support/temporary-folder.js";
import { startedAndStopped } from "./started.js";

/** What npm would install. */
const installed = [
  ..."dividere protoc-gen-dividere zeromq ts-proto tsx typescript undici-types".split(" "),
  ..."@bufbuild/buf @bufbuild/protobuf @bufbuild/protoc-gen-es @types/node".split(" "),
];

const skip = process.platform === "win32" && "it has no signals of this kind";

for (const codec of ["ts-proto", "es"]) {
  test(`what init writes into an empty folder with --codec=${codec} compiles, runs and stops`, {
    skip,
  }, async () => {
    using folder = new TemporaryFolder();
    for (const name of installed) {
      const link = folder.file(`node_modules/${name}`);
      mkdirSync(dirname(link), { recursive: true });
      symlinkSync(join(root, "node_modules", name), link, "junction");
    }
    const scaffold = join(root, "plugin", "bin", "dividere-scaffold.js");
    const done = async (command: string, ...args: readonly string[]) => {
      const ended = await run(command, args, { cwd: folder.path, timeoutMs: 120_000 });
      assert.equal(ended.status, 0, `${command} ${args.join(" ")}\n${ended.stdout}${ended.stderr}`);
      return ended.stdout;
    };
    await done("node", scaffold, "init", "--yes", `--codec=${codec}`);
    await startedAndStopped(folder.path);
    await done("npm", "run", "check");
    assert.match(
      await done("node", scaffold, "--check"),
      /^Nothing is missing: 1 class has every handler\.$/m,
    );
    const again = await done("node", scaffold, "init", "--yes", `--codec=${codec}`);
    assert.equal(again, "Nothing to do: the project is set up.\n");
  });
}
