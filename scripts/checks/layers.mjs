// The layer rule: a file of the runtime imports only from its own layer and the layers below, inside its layer from its own
// room and the rooms below, and from the runtime's dependencies.
import { readFileSync } from "node:fs";
import { isBuiltin } from "node:module";
import { dirname, join, posix } from "node:path";
import { pathToFileURL } from "node:url";
import { Project } from "ts-morph";
import { findFiles } from "../files.mjs";
import { root } from "../run.mjs";
import { report } from "./report.mjs";

/** The layers, from the bottom up. */
const layers = [
  "base",
  "wire",
  "connection",
  "messaging",
  "registry",
  "service",
  "introspection",
  "codegen",
  "opentelemetry",
];

/**
 * The optional peer dependency of a layer, which no other layer may import.
 *
 * @type {Readonly<Record<string, string>>}
 */
const peerOf = { opentelemetry: "@opentelemetry/api" };

/**
 * The rooms of a layer, from the bottom up: its folders, the files beside them (".") and its entry. A layer that is not
 * listed has no rooms.
 *
 * @type {Readonly<Record<string, readonly string[]>>}
 */
const layerRooms = {
  connection: [
    "frames",
    "queue/parts",
    "queue",
    "security",
    "socket/monitor",
    "inproc",
    "socket",
    "relay",
    ".",
    "load-balancing",
    "index.ts",
  ],
  messaging: [
    "envelope",
    "batch",
    "call",
    "interceptors",
    "links",
    "stream",
    "client",
    "stats",
    "reactor",
    "introspection",
    "load-balancing",
    "farm/process",
    "farm/introspection",
    "farm",
    "generated",
    "index.ts",
  ],
  registry: [".", "store", "server", "client", "etcd", "index.ts"],
};

/** The package's entry, above all layers; no file imports it. */
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
    const rooms = layerRooms[layers[place] ?? ""];
    if (rooms !== undefined && roomOf(path, rooms) < 0) {
      return [`${path}:1: is in no room; the rooms of ${layers[place]} are ${rooms.join(", ")}`];
    }
    return file.getImportStringLiterals().flatMap((literal) => {
      const from = literal.getLiteralText();
      const reason = from.startsWith(".")
        ? relativeBreak(path, place, from)
        : packageBreak(from, [...dependencies, ...peersOf(layers[place])]);
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
  if (targetPlace === place) return roomBreak(path, target, from);
  if (targetPlace < place) return undefined;
  return `${layers[place]} imports "${from}" from ${layers[targetPlace]}, a layer above it`;
}

/**
 * @param {string} path
 * @param {string} target a file of the same layer
 * @param {string} from
 */
function roomBreak(path, target, from) {
  const rooms = layerRooms[path.slice(0, path.indexOf("/"))];
  if (rooms === undefined) return undefined;
  const room = roomOf(path, rooms);
  const targetRoom = roomOf(target.replace(/\.js$/, ".ts"), rooms);
  if (targetRoom < 0) return `imports "${from}", which is in no room`;
  if (targetRoom <= room) return undefined;
  return `the room ${rooms[room]} imports "${from}" from ${rooms[targetRoom]}, a room above it`;
}

/**
 * @param {string} path a file of a layer
 * @param {readonly string[]} rooms
 */
function roomOf(path, rooms) {
  const inLayer = path.slice(path.indexOf("/") + 1);
  return inLayer === "index.ts" ? rooms.indexOf("index.ts") : rooms.indexOf(posix.dirname(inLayer));
}

/** @param {string | undefined} layer */
function peersOf(layer) {
  const peer = peerOf[layer ?? ""];
  return peer === undefined ? [] : [peer];
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
  const { dependencies, peerDependencies } = JSON.parse(
    readFileSync(join(runtime, "package.json"), "utf8"),
  );
  const findings = findLayerBreaks(
    join(runtime, "src"),
    Object.keys({ ...dependencies, ...peerDependencies }),
  );
  process.exitCode = report(
    findings.map((finding) => `runtime/src/${finding}`),
    `Layers from the bottom up: ${layers.join(" < ")}${Object.entries(layerRooms)
      .map(([layer, rooms]) => `; the rooms of ${layer}: ${rooms.join(" < ")}`)
      .join("")}. Move what both need into the lower one.`,
  );
}
