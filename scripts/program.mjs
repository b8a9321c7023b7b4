// Finds the file behind a command's name, so that the command starts on every platform: on Windows npm puts .cmd files into
// .bin, which only a shell runs. Uses only Node's own modules: it runs before the packages are installed.
import { existsSync, readFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url)).replace(/[\\/]$/, "");
const modules = join(root, "node_modules");

/** Folders of the packages whose manifests name the installed packages. */
const manifests = ["", "plugin", "runtime", "cli"].map((folder) => join(root, folder));

/** The commands of the installed packages, each with its JavaScript file; read on first use. */
/** @type {Map<string, string> | undefined} */
let commands;

/**
 * Returns the program that starts a command without a shell. `node`, `npm` and the commands of installed packages run as
 * JavaScript; the system finds any other command.
 *
 * @param {string} command
 * @returns {[file: string, before: string[]]} the file to start, and the arguments before the command's own
 */
export function program(command) {
  if (command === "node") return [process.execPath, []];
  const script = command === "npm" ? npmScript() : scriptOf(command);
  return script === undefined ? [command, []] : [process.execPath, [script]];
}

/**
 * Returns the JavaScript file of an installed package's command.
 *
 * @param {string} command such as `buf`
 * @returns {string}
 * @throws Error when no installed package has the command
 */
export function script(command) {
  const file = scriptOf(command);
  if (file === undefined) throw new Error(`No installed package has a command ${command}.`);
  return file;
}

/**
 * Returns the file that npm made for a package's command, for programs other than Node.
 *
 * @param {string} command such as `protoc-gen-dividere`
 */
export function executable(command) {
  return join(modules, ".bin", process.platform === "win32" ? `${command}.cmd` : command);
}

/**
 * Returns the variables of this process and more, with the installed commands on the path.
 *
 * @param {Readonly<Record<string, string | undefined>>} [more]
 * @returns {NodeJS.ProcessEnv}
 */
export function environment(more = {}) {
  const env = { ...process.env, ...more };
  // The variable is Path on Windows, and a copy of the variables is case-sensitive.
  const path = Object.keys(env).find((name) => name.toUpperCase() === "PATH") ?? "PATH";
  env[path] = [join(modules, ".bin"), env[path]].join(delimiter);
  return env;
}

/** Returns the npm that started this process, or the npm beside this Node; undefined if there is neither. */
function npmScript() {
  const started = process.env["npm_execpath"];
  if (started?.endsWith("npm-cli.js")) return started;
  const folder = dirname(process.execPath);
  return [folder, join(folder, "..", "lib")]
    .map((place) => join(place, "node_modules", "npm", "bin", "npm-cli.js"))
    .find((path) => existsSync(path));
}

/** @param {string} command */
function scriptOf(command) {
  commands ??= readCommands();
  return commands.get(command);
}

function readCommands() {
  /** @type {Map<string, string>} */
  const found = new Map();
  for (const folder of manifests) {
    const { name, bin, dependencies, devDependencies } = manifestIn(folder);
    add(found, folder, name, bin);
    for (const dependency of Object.keys({ ...dependencies, ...devDependencies })) {
      // npm puts a package beside its dependent if the top folder has another version.
      const places = [join(folder, "node_modules", dependency), join(modules, dependency)];
      const place = places.find((path) => existsSync(join(path, "package.json")));
      if (place !== undefined) add(found, place, dependency, manifestIn(place).bin);
    }
  }
  return found;
}

/**
 * @param {Map<string, string>} found
 * @param {string} folder
 * @param {string} name
 * @param {string | Record<string, string>} [bin] a file for the command of the package's name, or several commands
 */
function add(found, folder, name, bin = {}) {
  const all = typeof bin === "string" ? { [name.replace(/^@.*\//, "")]: bin } : bin;
  for (const [command, file] of Object.entries(all)) found.set(command, join(folder, file));
}

/**
 * @typedef {object} Manifest
 * @property {string} name
 * @property {string | Record<string, string>} [bin]
 * @property {Record<string, string>} [dependencies]
 * @property {Record<string, string>} [devDependencies]
 */

/**
 * @param {string} folder
 * @returns {Manifest}
 */
function manifestIn(folder) {
  return JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
}
