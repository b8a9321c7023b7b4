import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { PythonEnvironment } from "../../test/support/python-environment.js";
import { failure } from "../../test/support/toolchain.js";
import { distFolder } from "../harness/process.js";

const bench = fileURLToPath(new URL("..", import.meta.url));

/** The packages of Debian that the peers need, by the peer. */
export const debianPackages = {
  nats: ["nats-server"],
  c: ["gcc", "libc6-dev", "libzmq3-dev"],
  python: ["python3", "python3-venv"],
} as const;

const installHint = (peer: keyof typeof debianPackages): string =>
  `\`npm run bench -- --install\`, or \`apt-get install ${debianPackages[peer].join(" ")}\`, sets it up`;

/** Gives the reason why a package of bench/package.json cannot be used, or nothing. */
export async function missingPackage(name: string): Promise<string | undefined> {
  return existsSync(join(bench, "node_modules", name))
    ? undefined
    : `${name} is not installed; \`npm ci\` in bench/ installs it`;
}

/** Gives the reason why nats.js and nats-server cannot be used, or nothing. */
export async function missingNats(): Promise<string | undefined> {
  const program = await failure("nats-server", ["--version"]);
  if (program !== undefined) return `${program}; ${installHint("nats")}`;
  return await missingPackage("@nats-io/transport-node");
}

const environment = new PythonEnvironment(
  fileURLToPath(new URL("../../test/interop/python/requirements.txt", import.meta.url)),
);
const image = join(distFolder, "bench.binpb");

/** Gives the reason why Python's dividere cannot be used, or nothing; sets it up at first. */
export async function missingPython(): Promise<string | undefined> {
  try {
    const missing = await environment.missing();
    if (missing !== false) return `${missing}; ${installHint("python")}`;
  } catch (error) {
    return `${error instanceof Error ? error.message : error}; ${installHint("python")}`;
  }
  mkdirSync(distFolder, { recursive: true });
  return await failure("buf", ["build", "bench/proto", "--output", image]);
}

/** The command of a Python peer, and its arguments. */
export function pythonCommand(
  options: Readonly<Record<string, unknown>>,
): [command: string, args: string[]] {
  const script = join(bench, "peers", "python", "peer.py");
  return [environment.python, ["-u", script, JSON.stringify({ image, ...options })]];
}

/** The program of the C peer; there once {@link missingC} has said so. */
export const cProgram: string = join(distFolder, "c-peer");
let cBuild: Promise<string | undefined> | undefined;

/** Gives the reason why C libzmq cannot be used, or nothing; builds it at first. */
export function missingC(): Promise<string | undefined> {
  cBuild ??= buildC();
  return cBuild;
}

async function buildC(): Promise<string | undefined> {
  mkdirSync(distFolder, { recursive: true });
  rmSync(cProgram, { force: true });
  const source = join(bench, "peers", "c", "peer.c");
  const reason = await failure("gcc", ["-O2", "-o", cProgram, source, "-lzmq", "-lpthread"], {
    timeoutMs: 60_000,
  });
  return reason === undefined ? undefined : `${reason}; ${installHint("c")}`;
}

/** Installs the Debian packages of the peers. A failure is printed, and its peers are skipped. */
export function installPeers(): void {
  const packages = [...new Set(Object.values(debianPackages).flat())];
  const commands = [
    ["apt-get", "update", "-qq"],
    ["apt-get", "install", "-qq", "-y", "--no-install-recommends", ...packages],
  ] as const;
  for (const [command, ...args] of commands) {
    const { status, error } = spawnSync(command, args, {
      stdio: ["ignore", 2, 2],
      env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
    });
    if (status === 0) continue;
    process.stderr.write(
      `\`${[command, ...args].join(" ")}\` failed${error === undefined ? "" : `: ${error.message}`}; as root it may not.\n`,
    );
    return;
  }
}
