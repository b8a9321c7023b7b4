import assert from "node:assert/strict";
import { cpSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import cli from "../../cli/package.json" with { type: "json" };
import workspace from "../../package.json" with { type: "json" };
import { startedAndStopped } from "../scaffold/init/started.js";
import { Child, type Ended, root, run } from "../support/child.js";
import { TemporaryFolder } from "../support/temporary-folder.js";
import { until } from "../support/until.js";

/** Installing from the npm registry over a slow line. */
const timeoutMs = 240_000;

async function npm(cwd: string, ...args: readonly string[]): Promise<Ended> {
  const ended = await run("npm", args, { cwd, timeoutMs });
  assert.equal(ended.status, 0, `npm ${args.join(" ")}\n${ended.stdout}${ended.stderr}`);
  return ended;
}

/** Packs the packages into a folder; gives their files by name. */
async function pack(folder: string): Promise<Map<string, string>> {
  const packages = ["dividere", "protoc-gen-dividere", "dividere-cli"];
  const packing = ["pack", "--ignore-scripts", "--json", `--pack-destination=${folder}`];
  const packed = await npm(root, ...packing, ...packages.map((name) => `--workspace=${name}`));
  const tarballs: { name: string; filename: string }[] = JSON.parse(packed.stdout);
  return new Map(tarballs.map(({ name, filename }) => [name, filename]));
}

test("a project outside the repository installs the packed packages, generates, compiles and runs", async () => {
  using folder = new TemporaryFolder();
  cpSync(join(root, "test", "pack", "project"), folder.path, { recursive: true });

  const tarballs = await pack(folder.path);
  const { devDependencies: versions } = workspace;
  folder.write(
    "package.json",
    JSON.stringify({
      private: true,
      type: "module",
      scripts: { generate: "buf generate", compile: "tsc", start: "node dist/main.js" },
      dependencies: Object.fromEntries(
        [...tarballs].map(([name, filename]) => [name, `file:./${filename}`]),
      ),
      devDependencies: Object.fromEntries(
        (["@bufbuild/buf", "@types/node", "ts-proto", "typescript"] as const).map((name) => [
          name,
          versions[name],
        ]),
      ),
    }),
  );

  await npm(folder.path, "install", "--prefer-offline", "--no-audit", "--no-fund");
  await npm(folder.path, "run", "generate");
  await npm(folder.path, "run", "compile");
  const { stdout } = await npm(folder.path, "run", "--silent", "start");
  assert.deepEqual(stdout.trim().split("\n").sort(), [
    "measured 11.5 1n",
    "reactor heard of Kiel 30n",
    "refused NOT_FOUND",
    "subscriber got weather.v1.StormWarning Kiel",
  ]);
});

test("a project outside the repository runs dividere from the packed packages", async () => {
  using folder = new TemporaryFolder();
  const tarballs = await pack(folder.path);
  const wanted = ["dividere", "dividere-cli"].map((name) => `./${tarballs.get(name)}`);
  await npm(folder.path, "init", "-y");
  await npm(folder.path, "install", "--prefer-offline", "--no-audit", "--no-fund", ...wanted);
  const exec = ["exec", "--offline", "--", "dividere"];
  const { stdout } = await npm(folder.path, ...exec, "--help");
  assert.match(stdout, /^Usage: dividere \[options\] \[command\]\n/);
  assert.deepEqual((await npm(folder.path, ...exec, "--version")).stdout, `${cli.version}\n`);

  const lines: string[] = [];
  await using registry = new Child(
    "node",
    ["node_modules/dividere-cli/bin/dividere.js", "registry", "--endpoint", "tcp://127.0.0.1:*"],
    { cwd: folder.path },
    (line) => lines.push(line),
  );
  await until(() => lines.length > 0, `a line of ${registry.describe()}`);
  const [, endpoint = ""] = /^Registry at (\S+),/.exec(lines[0] ?? "") ?? [];
  const doctor = await npm(folder.path, ...exec, "doctor", endpoint, "--json");
  assert.equal(JSON.parse(doctor.stdout).verdict, "service");

  const printed: string[] = [];
  await using monitor = new Child(
    "node",
    ["node_modules/dividere-cli/bin/dividere.js", "monitor", "--registry", endpoint, "--port=0"],
    { cwd: folder.path },
    (line) => printed.push(line),
  );
  await until(() => printed.length > 0, `a line of ${monitor.describe()}`);
  const [, url = ""] = /^Monitor at (\S+)$/.exec(printed[0] ?? "") ?? [];
  for (const file of ["", "app.js", "app.css", "favicon.svg", "metrics"]) {
    assert.equal((await fetch(url + file)).status, 200, file);
  }
});

test("an empty folder becomes a project that starts: npm init, dividere-scaffold init, npm start", {
  skip: process.platform === "win32" && "it has no signals of this kind",
}, async () => {
  using packages = new TemporaryFolder();
  using project = new TemporaryFolder();
  const tarballs = await pack(packages.path);
  const offline = ["--prefer-offline", "--no-audit", "--no-fund"];
  await npm(project.path, "init", "-y");
  // The packages from here, in place of those in the registry; the rest comes as init has it.
  await npm(
    project.path,
    "install",
    ...offline,
    ...[...tarballs.values()].map((name) => packages.file(name)),
  );
  const initialised = await npm(project.path, "exec", "--", "dividere-scaffold", "init", "--yes");
  assert.match(
    initialised.stdout,
    /^Created proto\/greeter\.proto, server\.ts, client\.ts and main\.ts$/m,
  );
  assert.equal(initialised.stderr, "");
  await npm(project.path, "install", ...offline);
  await startedAndStopped(project.path);
  await npm(project.path, "run", "check");
});
