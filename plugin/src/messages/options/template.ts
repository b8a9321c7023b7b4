import { readFileSync } from "node:fs";
import { join } from "node:path";
import { isMap, isScalar, isSeq, LineCounter, parseDocument, type YAMLMap } from "yaml";
import { lackOf, mistakeIn, type Option, optionOf } from "./check.js";

const file = "buf.gen.yaml";

/** An option with its place in the file. */
interface Placed extends Option {
  readonly line: number;
}

/** One plugin of the file. */
interface Entry {
  readonly line: number;
  /** The words that name its program. */
  readonly program: readonly string[];
  readonly options: readonly Placed[];
}

/**
 * Finds mistakes in ts-proto's options in the buf.gen.yaml of a folder. A plugin sees no other plugin's options, and
 * ts-proto does not report unknown options; but buf runs the plugins in the folder of that file.
 *
 * @returns a line for each mistake, as `file:line: mistake; next step`
 */
export function templateMistakes(folder: string): readonly string[] {
  const entries = read(folder);
  const messages = entries.filter(
    runs(/(^|[\\/])(protoc-gen-)?ts_proto(\.cmd)?$|stephenh-ts-proto/),
  );
  // Only a template that runs dividere with ts-proto's messages is checked.
  const speaksTsProto = entries
    .filter(runs(/(^|[\\/])(protoc-gen-)?dividere(\.cmd|\.js)?$/))
    .some(({ options }) => options.every(({ name, value }) => name !== "codec" || value !== "es"));
  if (!speaksTsProto) return [];
  const found = messages.flatMap(({ options }) =>
    options.flatMap((option) => {
      const mistake = mistakeIn(option);
      return mistake === undefined ? [] : [`${file}:${option.line}: ${mistake}`];
    }),
  );
  const [only, second] = messages;
  // If ts-proto runs several times, one run may write messages for another purpose.
  if (found.length > 0 || only === undefined || second !== undefined) return found;
  const lack = lackOf(only.options);
  return lack === undefined ? [] : [`${file}:${only.line}: ${lack}`];
}

function runs(program: RegExp): (entry: Entry) => boolean {
  return (entry) => entry.program.some((word) => program.test(word));
}

/** Parses the file. buf reports a file that cannot be read. */
function read(folder: string): readonly Entry[] {
  let text: string;
  try {
    text = readFileSync(join(folder, file), "utf8");
  } catch {
    return [];
  }
  const lines = new LineCounter();
  const { contents, errors } = parseDocument(text, { lineCounter: lines });
  const plugins = isMap(contents) && errors.length === 0 ? contents.get("plugins") : undefined;
  if (!isSeq(plugins)) return [];
  return plugins.items.flatMap((plugin: unknown) =>
    isMap(plugin) ? [entryOf(plugin, lines)] : [],
  );
}

function entryOf(plugin: YAMLMap, lines: LineCounter): Entry {
  // Version 1 of the file has "plugin" or "name".
  const keys = ["local", "remote", "plugin", "name", "path"];
  return {
    line: lineOf(plugin, lines),
    program: keys.flatMap((key) => scalars(plugin.get(key, true)).map(({ value }) => value)),
    options: scalars(plugin.get("opt", true)).flatMap(({ value, node }) =>
      value.split(",").map((option) => ({ ...optionOf(option), line: lineOf(node, lines) })),
    ),
  };
}

/** Returns the texts of a node that is a text or a list of texts. */
function scalars(node: unknown): { value: string; node: unknown }[] {
  const nodes = isSeq(node) ? node.items : [node];
  return nodes.filter(isScalar).map((scalar) => ({ value: String(scalar.value), node: scalar }));
}

function lineOf(node: unknown, lines: LineCounter): number {
  const range = isScalar(node) || isMap(node) ? node.range : undefined;
  return lines.linePos(range?.[0] ?? 0).line;
}
