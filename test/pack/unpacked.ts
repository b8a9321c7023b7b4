import assert from "node:assert/strict";
import { after } from "node:test";
import { run } from "../support/child.js";
import { TemporaryFolder } from "../support/temporary-folder.js";

/** A package as npm would publish it. */
export interface Unpacked {
  /** The folder in the repository. */
  readonly source: string;
  /** The folder with the content of the tarball. */
  readonly folder: string;
  /** The paths in the tarball, with `/`. */
  readonly paths: readonly string[];
}

/** Packs a package, which has been built, and unpacks it until the test file has ended. */
export async function unpack(source: "cli" | "plugin" | "runtime"): Promise<Unpacked> {
  const folder = new TemporaryFolder();
  after(() => folder[Symbol.dispose]());
  const packing = ["pack", "--ignore-scripts", "--json", `--workspace=${source}`];
  const packed = await run("npm", [...packing, `--pack-destination=${folder.path}`]);
  assert.equal(packed.status, 0, packed.stderr);
  const [{ filename, files }] = JSON.parse(packed.stdout) as [
    { filename: string; files: { path: string }[] },
  ];
  // Relative: where tar is GNU's, the colon after a drive's letter would name another machine.
  const untarred = await run("tar", ["-xzf", filename], { cwd: folder.path });
  assert.equal(untarred.status, 0, untarred.stderr);
  return { source, folder: folder.file("package"), paths: files.map(({ path }) => path) };
}
