const width = 120;

// The names that Biome's noShadowRestrictedNames forbids. Code that imports a message of such a name is correct all the
// same: it spells out the one global that it uses.
const globals = new Set(
  (
    "AggregateError Array ArrayBuffer Atomics BigInt Boolean DataView Date Error EvalError FinalizationRegistry Function " +
    "Infinity Intl JSON Map Math NaN Number Object Promise Proxy RangeError ReferenceError Reflect RegExp Set " +
    "SharedArrayBuffer String Symbol SyntaxError TypeError URIError WeakMap WeakRef WeakSet decodeURI decodeURIComponent " +
    "encodeURI encodeURIComponent escape globalThis isFinite isNaN parseFloat parseInt undefined unescape"
  ).split(" "),
);

const statement = /^(import (?:type )?\{) (.+) (\} from .+)$/gm;

/**
 * Puts each name of a long import statement on its own line, and tells linters that an import with the name of a global
 * is intended.
 */
export function tidyImports(source: string): string {
  let shadowing = false;
  const wrapped = source.replace(
    statement,
    (line: string, head: string, list: string, tail: string) => {
      const names = list.split(", ");
      shadowing ||= names.some((name) => globals.has(name));
      return line.length > width
        ? [head, ...names.map((name) => `  ${name},`), tail].join("\n")
        : line;
    },
  );
  return shadowing
    ? wrapped.replace("/* eslint-disable */\n", (line) => `${line}${suppression}\n`)
    : wrapped;
}

const suppression =
  "// biome-ignore-all lint/suspicious/noShadowRestrictedNames: a message of the schema has the name of a global.";
