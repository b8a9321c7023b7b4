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
  await installIn(root, "Installing packages");
  linkRuntime();
}

/** Installs the packages of the benches' peers. */
export async function installPeers() {
  await installIn(join(root, "bench"), "Installing the peers of the benches");
}

/**
 * @param {string} folder
 * @param {string} label
 */
async function installIn(folder, label) {
  if (!isInstallOutdated(folder)) return;
  await step(label, "npm", ["ci", "--no-audit", "--no-fund"], { cwd: folder });
}

/**
 * npm writes its own lock file into node_modules last, so its age is the age of the installation.
 *
 * @param {string} folder
 */
function isInstallOutdated(folder) {
  const installed = join(folder, "node_modules", ".package-lock.json");
  if (!existsSync(installed)) return true;
  return statSync(installed).mtimeMs < statSync(join(folder, "package-lock.json")).mtimeMs;
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
