// The layer rule: a file of the runtime imports from its own layer and those below, and from no package but
// the runtime's dependencies.
import { readFileSync } from "node:fs";
import { isBuiltin } from "node:module";
import { dirname, join, posix } from "node:path";
import { pathToFileURL } from "node:url";
import { Project } from "ts-morph";
import { findFiles } from "../files.mjs";
import { root } from "../run.mjs";
import { report } from "./report.mjs";

/** From the bottom up. */
const layers = ["base", "wire", "connection", "messaging", "registry", "service", "codegen"];

/** The package's own entry; it stands above all layers, and no file imports it. */
const top = "index.ts";

/**
 * @param {string} source the folder that holds the layers
 * @param {readonly string[]} dependencies the packages that may be imported
 * @returns {string[]} one line an import that breaks the rule
 */
export function findLayerBreaks(source, dependencies) {
  const project = new Project({ compilerOptions: { allowJs: true } });
  return findFiles(".", (path) => /\.[cm]?ts$/.test(path), source).flatMap((path) => {
    const file = project.addSourceFileAtPath(join(source, path));
    const place = path === top ? layers.length : layerOf(path);
    if (place < 0) {
      return [`${path}:1: is in no layer; the layers are ${layers.join(", ")}`];
    }
    return file.getImportStringLiterals().flatMap((literal) => {
      const from = literal.getLiteralText();
      const reason = from.startsWith(".")
        ? relativeBreak(path, place, from)
        : packageBreak(from, dependencies);
      return reason === undefined ? [] : [`${path}:${literal.getStartLineNumber()}: ${reason}`];
    });
  });
}

/** @param {string} path */
function layerOf(path) {
  return path.includes("/") ? layers.indexOf(path.slice(0, path.indexOf("/"))) : -1;
}

/**
 * @param {string} path
 * @param {number} place
 * @param {string} from
 */
function relativeBreak(path, place, from) {
  const target = posix.join(dirname(path), from);
  const targetPlace = layerOf(target);
  if (targetPlace < 0) return `imports "${from}", which is in no layer`;
  if (targetPlace <= place) return undefined;
  return `${layers[place]} imports "${from}" from ${layers[targetPlace]}, a layer above it`;
}

/**
 * @param {string} from
 * @param {readonly string[]} dependencies
 */
function packageBreak(from, dependencies) {
  const name = from.split("/", from.startsWith("@") ? 2 : 1).join("/");
  if (isBuiltin(from) || dependencies.includes(name)) return undefined;
  return `imports "${from}"; the runtime's dependencies are ${dependencies.join(", ")}`;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  const runtime = join(root, "runtime");
  const { dependencies } = JSON.parse(readFileSync(join(runtime, "package.json"), "utf8"));
  const findings = findLayerBreaks(join(runtime, "src"), Object.keys(dependencies));
  process.exitCode = report(
    findings.map((finding) => `runtime/src/${finding}`),
    `Layers from the bottom up: ${layers.join(" < ")}. Move what both need into the lower one.`,
  );
}
