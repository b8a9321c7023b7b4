// Packs the npm packages as for a release, and checks them with publint and are-the-types-wrong.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { capture, main, step } from "../run.mjs";

/** The pages that every package has. */
const texts = ["CHANGELOG.md", "LICENSE", "README.md", "THIRD-PARTY-NOTICES.txt"];

/** The files that a package must hold, besides those that its package.json names. */
const required = {
  dividere: [...texts, "proto/MsgLib.proto", "proto/dividere/v1/options.proto"],
  "protoc-gen-dividere": texts,
  "dividere-cli": [...texts, "bin/dividere.js", "dist/web/index.html", "dist/web/app.js"],
};

await main(async () => {
  const folder = mkdtempSync(join(tmpdir(), "dividere-packages-"));
  try {
    let failed = 0;
    for (const [name, files] of Object.entries(required)) {
      failed += await inspect(name, files, folder);
    }
    return failed > 0 ? 1 : 0;
  } finally {
    rmSync(folder, { recursive: true });
  }
});

/**
 * @param {string} name
 * @param {readonly string[]} files
 * @param {string} folder where to pack it
 * @returns {Promise<number>} the number of failed checks
 */
async function inspect(name, files, folder) {
  // The packages are built already: a build now would change files that a test may read.
  const printed = await step(`Packing ${name}`, "npm", [
    ...["pack", "--ignore-scripts", "--json", `--workspace=${name}`],
    `--pack-destination=${folder}`,
  ]);
  /** @type {{ filename: string, files: { path: string }[] }[]} */
  const [packed] = JSON.parse(printed);
  if (packed === undefined) throw new Error(`npm packed nothing for ${name}.`);
  const paths = packed.files.map(({ path }) => path);
  const missing = files.filter((file) => !paths.includes(file));
  for (const file of missing) console.log(`${packed.filename} has no ${file}.`);

  const tarball = join(folder, packed.filename);
  let failed = missing.length;
  // attw has nothing to check in a package without types.
  const hasTypes = paths.some((path) => path.endsWith(".d.ts"));
  for (const [tool, args] of [
    /** @type {const} */ (["publint", ["--strict"]]),
    ...(hasTypes ? [/** @type {const} */ (["attw", ["--profile", "esm-only"]])] : []),
  ]) {
    const { status, output } = await capture(tool, [tarball, ...args]);
    if (status === 0) continue;
    failed++;
    console.log(output);
  }
  return failed;
}
