// Makes a clone ready: installs missing packages, then builds. Run by `npm start`, `npm test` and `npm run check`.
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, symlinkSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { pathToFileURL } from "node:url";
import { generatingFolders } from "./files.mjs";
import { main, root, step } from "./run.mjs";

/** Installs missing packages and builds. */
export async function setUp() {
  await install();
  await step("Building dividere and protoc-gen-dividere", "npm", ["run", "build"]);
}

/** Installs packages, unless they were installed after the last change of package-lock.json. */
export async function install() {
  if (isInstallOutdated()) {
    await step("Installing packages", "npm", ["ci", "--no-audit", "--no-fund"]);
  }
  linkRuntime();
}

/** Whether the packages are older than package-lock.json. npm writes its own lock file last, so that has the age of the installation. */
function isInstallOutdated() {
  const installed = join(root, "node_modules", ".package-lock.json");
  if (!existsSync(installed)) return true;
  return statSync(installed).mtimeMs < statSync(join(root, "package-lock.json")).mtimeMs;
}

/**
 * Links the runtime into the node_modules of each project that takes the annotations from there, as a user's
 * buf.yaml does: npm links it in the top folder only, and buf reads nothing outside a project's folder.
 */
function linkRuntime() {
  for (const folder of generatingFolders()) {
    const bufYaml = join(root, folder, "buf.yaml");
    if (!existsSync(bufYaml) || !readFileSync(bufYaml, "utf8").includes("node_modules/dividere")) {
      continue;
    }
    const link = join(root, folder, "node_modules", "dividere");
    if (existsSync(link)) continue;
    mkdirSync(dirname(link), { recursive: true });
    rmSync(link, { force: true });
    symlinkSync(relative(dirname(link), join(root, "runtime")), link, "junction");
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) await main(setUp);
