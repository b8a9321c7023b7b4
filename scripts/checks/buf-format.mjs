// `buf format` of all .proto files, including those of examples and tests, which are in no module of the top folder.
// With `--write` it formats the files; without, it shows the changes.
import { findFiles } from "../files.mjs";
import { capture, main } from "../run.mjs";

/** Protos whose formatting a test needs, and the copy that the runtime ships. */
const leftOut = ["test/golden/", "test/plugin/", "runtime/proto/"];

await main(async () => {
  const mode = process.argv.includes("--write") ? ["--write"] : ["--diff", "--exit-code"];
  const files = findFiles(".", (path) => path.endsWith(".proto")).filter(
    (path) => !leftOut.some((folder) => path.startsWith(folder)),
  );
  let failed = 0;
  // File by file: buf takes one input, and a folder inside a module is not an input.
  for (const path of files) {
    const { status, output } = await capture("buf", ["format", path, ...mode]);
    process.stdout.write(output);
    if (status !== 0) failed++;
  }
  if (failed > 0) console.log("\n`npm run format` writes these changes.");
  return failed > 0 ? 1 : 0;
});
