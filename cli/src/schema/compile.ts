import { execFile } from "node:child_process";
import {
  accessSync,
  constants,
  cpSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { delimiter, dirname, join, relative, resolve, sep } from "node:path";
import { promisify } from "node:util";
import { ExitCode } from "../app/exit-codes.js";
import { CommandFailure } from "../app/failure.js";

const run = promisify(execFile);

/** A schema may be large; Node.js allows 1 MiB by default. */
const MAX_OUTPUT = 256 * 1024 * 1024;

/**
 * Compiles .proto files with buf or protoc, whichever is installed: in the project, or on the path.
 * The annotations of dividere need no path of their own.
 *
 * @param files - The .proto files.
 * @param roots - The folders where imports begin. By default the modules of the nearest buf.yaml, or
 *   else the folders of the files.
 * @returns A serialised FileDescriptorSet with all that the files import.
 */
export async function compileProto(
  files: readonly string[],
  roots: readonly string[],
): Promise<Uint8Array> {
  for (const file of files) checkFile(file);
  const buf = findProgram("buf");
  const protoc = findProgram("protoc");
  if (buf !== undefined) return await compileWithBuf(buf, files, roots);
  if (protoc !== undefined) return await compileWithProtoc(protoc, files, roots);
  throw new CommandFailure(
    "NO_COMPILER",
    ExitCode.usage,
    "Reading a .proto file needs buf or protoc, and neither is installed in this project or on the path",
    {
      hint: "Run npm install --save-dev @bufbuild/buf; or give --descriptors <file>, which needs no compiler.",
    },
  );
}

async function compileWithBuf(
  buf: string,
  files: readonly string[],
  roots: readonly string[],
): Promise<Uint8Array> {
  const module = roots.length === 0 ? nearestModule(files[0] ?? ".") : undefined;
  if (module !== undefined) {
    const paths = files.flatMap((file) => ["--path", resolve(file)]);
    return await build(buf, [module, ...paths], process.cwd());
  }
  const folder = mkdtempSync(join(tmpdir(), "dividere-proto-"));
  try {
    const all = rootsOf(files, roots);
    // buf reads only what is inside of its workspace.
    const links = all.map((root, at) => {
      symlinkSync(root, join(folder, `root${at}`), "junction");
      return `  - path: root${at}\n    excludes: [root${at}/node_modules]\n`;
    });
    const modules = copyAnnotations(join(folder, "annotations"), all)
      ? [...links, "  - path: annotations\n"]
      : links;
    writeFileSync(join(folder, "buf.yaml"), `version: v2\nmodules:\n${modules.join("")}`);
    const paths = files.flatMap((file) => {
      const at = all.findIndex((root) => isInside(resolve(file), root));
      if (at < 0) throw outside(file, all);
      const inside = relative(all[at] ?? "", resolve(file))
        .split(sep)
        .join("/");
      return ["--path", `root${at}/${inside}`];
    });
    // The user knows the folders by their own names.
    const named = (text: string) =>
      text.replace(/\broot(\d+)\//g, (link, at) => withEnd(all[Number(at)]) ?? link);
    return await build(buf, [".", ...paths], folder, named);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function build(
  buf: string,
  args: readonly string[],
  cwd: string,
  named: (text: string) => string = (text) => text,
): Promise<Uint8Array> {
  const all = ["build", ...args, "--as-file-descriptor-set", "-o", "-"];
  const isScript = buf.endsWith(".js");
  const file = isScript ? process.execPath : buf;
  return await output(file, isScript ? [buf, ...all] : all, cwd, named);
}

async function compileWithProtoc(
  protoc: string,
  files: readonly string[],
  roots: readonly string[],
): Promise<Uint8Array> {
  const folder = mkdtempSync(join(tmpdir(), "dividere-proto-"));
  try {
    const out = join(folder, "schema.binpb");
    const paths = [...rootsOf(files, roots), annotations()].map((root) => `-I${root}`);
    const all = [...paths, "--include_imports", `--descriptor_set_out=${out}`];
    await output(protoc, [...all, ...files.map((file) => resolve(file))], process.cwd());
    return readFileSync(out);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function output(
  file: string,
  args: readonly string[],
  cwd: string,
  named: (text: string) => string = (text) => text,
): Promise<Uint8Array> {
  try {
    const options = { cwd, encoding: "buffer", maxBuffer: MAX_OUTPUT } as const;
    return (await run(file, args, options)).stdout;
  } catch (cause) {
    const { stderr, message } = cause as { stderr?: Buffer; message: string };
    const said = stderr?.toString().trim() ?? "";
    throw new CommandFailure(
      "SCHEMA_INVALID",
      ExitCode.usage,
      `The .proto files do not compile:\n${said === "" ? message : named(said)}`,
      {
        cause,
        hint: "If an import is not found, name the folder where it begins: --proto-path <folder>",
      },
    );
  }
}

/** Returns the folder with the .proto files that the package dividere brings along. */
function annotations(): string {
  const manifest = createRequire(import.meta.url).resolve("dividere/package.json");
  return join(dirname(manifest), "proto");
}

/**
 * Copies the .proto files of the package dividere that are in none of the folders: buf refuses a file
 * that is in two modules.
 *
 * @returns Whether there is any such file.
 */
function copyAnnotations(target: string, roots: readonly string[]): boolean {
  const source = annotations();
  let hasFile = false;
  cpSync(source, target, {
    recursive: true,
    filter: (path) => {
      if (statSync(path).isDirectory()) return true;
      const isNew = !roots.some((root) => existsSync(join(root, relative(source, path))));
      hasFile ||= isNew;
      return isNew;
    },
  });
  return hasFile;
}

function rootsOf(files: readonly string[], roots: readonly string[]): readonly string[] {
  const given = roots.length > 0 ? roots : files.map((file) => dirname(file));
  return [...new Set(given.map((root) => resolve(root)))];
}

/** Finds the folder of the nearest buf.yaml above a file. */
function nearestModule(file: string): string | undefined {
  let folder = dirname(resolve(file));
  for (;;) {
    if (existsSync(join(folder, "buf.yaml"))) return folder;
    const above = dirname(folder);
    if (above === folder) return undefined;
    folder = above;
  }
}

/** Finds a program of the project's packages, or one on the path. */
function findProgram(name: string): string | undefined {
  if (name === "buf") {
    const own = bufScript();
    if (own !== undefined) return own;
  }
  const ending = process.platform === "win32" ? ".exe" : "";
  return (process.env["PATH"] ?? "")
    .split(delimiter)
    .map((folder) => join(folder, name + ending))
    .find(isExecutable);
}

/** Returns the JavaScript file that starts the buf of the project in the current folder. */
function bufScript(): string | undefined {
  try {
    const manifest = createRequire(join(process.cwd(), "package.json")).resolve(
      "@bufbuild/buf/package.json",
    );
    const { bin } = JSON.parse(readFileSync(manifest, "utf8")) as { bin: { buf: string } };
    return join(dirname(manifest), bin.buf);
  } catch {
    // Not installed there: the one on the path is next.
    return undefined;
  }
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

/** Returns a folder as the beginning of a path, as short as it can be written. */
function withEnd(folder: string | undefined): string | undefined {
  if (folder === undefined) return undefined;
  const short = relative(process.cwd(), folder);
  return short === "" ? "" : `${short.startsWith("..") ? folder : short}${sep}`;
}

function isInside(path: string, folder: string): boolean {
  return path.startsWith(folder.endsWith(sep) ? folder : folder + sep);
}

function checkFile(file: string): void {
  if (existsSync(file) && statSync(file).isFile()) return;
  throw new CommandFailure("FILE_NOT_FOUND", ExitCode.usage, `There is no file ${file}`, {
    hint: `The current folder is ${process.cwd()}.`,
  });
}

function outside(file: string, roots: readonly string[]): CommandFailure {
  return new CommandFailure(
    "FILE_OUTSIDE",
    ExitCode.usage,
    `${file} is in none of the folders of --proto-path: ${roots.join(", ")}`,
    { hint: "Add the folder in which its imports begin." },
  );
}
