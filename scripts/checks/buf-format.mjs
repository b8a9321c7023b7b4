// `buf format` of all .proto files, also those of examples and tests, which are in no module of the top folder.
// With `--write` it formats them; without, it shows what it would change.
import { dirname } from "node:path";
import { findFiles } from "../files.mjs";
import { capture, main } from "../run.mjs";

/** Their protos stand as a case needs them, not as a formatter likes them. */
const asTheyAre = ["test/golden/", "test/plugin/"];

await main(async () => {
  const mode = process.argv.includes("--write") ? ["--write"] : ["--diff", "--exit-code"];
  const files = findFiles(".", (path) => path.endsWith(".proto"));
  const folders = [...new Set(files.map((path) => `${dirname(path)}/`))]
    .filter((folder) => !asTheyAre.some((left) => folder.startsWith(left)))
    .filter((folder, _, all) => !all.some((other) => other !== folder && folder.startsWith(other)));

  let failed = 0;
  for (const folder of folders) {
    const { status, output } = await capture("buf", ["format", folder, ...mode]);
    process.stdout.write(output);
    if (status !== 0) failed++;
  }
  if (failed > 0) console.log("\n`npm run format` writes these changes.");
  return failed > 0 ? 1 : 0;
});
