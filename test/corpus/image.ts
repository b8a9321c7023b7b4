import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fromBinary } from "@bufbuild/protobuf";
import { type FileDescriptorProto, FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";
import { program, script } from "../../scripts/program.mjs";
import { inFolder, root, write } from "../plugin/support/generate.js";
import type { CorpusPackage } from "./packages.js";

const cache = join(root, ".cache", "corpus");

/** The descriptors of a package's protos, and how many of them no compiler reads. */
export interface Image {
  readonly files: readonly FileDescriptorProto[];
  readonly invalid: number;
}

/** Downloads a package, unless it was before, and compiles its protos. */
export function imageOf(corpusPackage: CorpusPackage): Image {
  const folder = download(corpusPackage);
  return inFolder((work) => {
    const sources = protosOf(folder, corpusPackage);
    write(work, sources);
    return compile(work);
  });
}

function download({ name, version }: CorpusPackage): string {
  const folder = join(cache, `${name.replace(/[@/]/g, "-")}-${version}`);
  if (existsSync(join(folder, "package"))) return join(folder, "package");
  mkdirSync(folder, { recursive: true });
  const [npm, before] = program("npm");
  const archive = execFileSync(
    npm,
    [...before, "pack", `${name}@${version}`, "--silent", "--pack-destination", folder],
    { encoding: "utf8" },
  ).trim();
  execFileSync("tar", ["-xzf", join(folder, archive), "-C", folder]);
  rmSync(join(folder, archive));
  return join(folder, "package");
}

function protosOf(folder: string, { roots, without, mend }: CorpusPackage): Record<string, string> {
  const sources: Record<string, string> = {};
  for (const start of roots) {
    const top = join(folder, start);
    for (const entry of readdirSync(top, { recursive: true, withFileTypes: true })) {
      const path = join(entry.parentPath, entry.name)
        .slice(top.length + 1)
        .replaceAll("\\", "/");
      const leftOut = path.startsWith("google/protobuf/") || without?.test(path);
      if (!entry.isFile() || !path.endsWith(".proto") || leftOut) continue;
      const source = readFileSync(join(top, path), "utf8");
      // Roots may overlap; the first one that has a file is the one whose it is.
      sources[path] ??= mend === undefined ? source : mend(source);
    }
  }
  return sources;
}

/** Takes away the files that buf cannot compile, until it can compile all that are left. */
function compile(folder: string): Image {
  write(folder, { "buf.yaml": JSON.stringify({ version: "v2" }) });
  for (let invalid = 0; ; ) {
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      [script("buf"), "build", "--as-file-descriptor-set", "-o", "-"],
      { cwd: folder, maxBuffer: 2 ** 30 },
    );
    if (status === 0) return { files: fromBinary(FileDescriptorSetSchema, stdout).file, invalid };
    const failed = new Set(
      [...stderr.toString().matchAll(/^(\S+\.proto):\d+:\d+:/gm)].map(([, path = ""]) => path),
    );
    if (failed.size === 0) throw new Error(`buf build failed:\n${stderr}`);
    for (const path of failed) rmSync(join(folder, path));
    invalid += failed.size;
  }
}
