// Bundles the runtime. Node.js takes longer to find, read and link a file than to run most of these, and a program waits for all of
// them when it starts: a hundred files become two and one for each entry point. The declarations stay the compiler's.
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { build } from "esbuild";
import { writeNotices } from "../scripts/packages/notices.mjs";

const folder = import.meta.dirname;
const source = join(folder, "src");
const top = join(folder, "..");

const manifest = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));

/** The package's entry points, as paths in src and in dist, without an extension. */
const entries = Object.values(manifest.exports)
  .filter((target) => typeof target === "object")
  .map((target) => target.default.replace(/^\.\/dist\/(.*)\.js$/, "$1"));

/**
 * The entry points that few programs need, or that load a package of their own: each reaches all others, and none of
 * the others reaches it.
 */
const alone = new Set([
  "codegen/es",
  "introspection/index",
  "opentelemetry/index",
  "registry/etcd/index",
]);

/** The program of a worker process. It stands beside the bundle that starts it. */
const child = { in: "messaging/farm/process/child", out: "child" };

/**
 * esbuild makes a file of what the same entry points reach, which would be fifteen here. So each entry point is made to reach all
 * modules, apart from those that stand alone.
 */
const fewFiles = {
  name: "few-files",
  setup({ onLoad, onResolve }) {
    const namespace = "entry";
    onResolve({ filter: /^entry:/ }, ({ path }) => ({ path: path.slice(6), namespace }));
    onLoad({ filter: /.*/, namespace }, ({ path }) => {
      const more = path === "connection/index" ? [] : entries.filter((it) => !alone.has(it));
      return {
        contents: [
          `export * from "./${path}.js";`,
          ...more.map((entry) => `import "./${entry}.js";`),
        ].join("\n"),
        resolveDir: source,
      };
    });
    // A module that is loaded on demand becomes an entry point too.
    onResolve({ filter: /^\./ }, ({ path, resolveDir, kind }) =>
      kind === "dynamic-import" && resolveDir.startsWith(source)
        ? { path: relative(source, resolve(resolveDir, path)).replace(/\.js$/, ""), namespace }
        : undefined,
    );
    // An import for its effects alone would be dropped, because package.json says that no module has any.
    onResolve({ filter: /^\./ }, ({ path, resolveDir }) =>
      resolveDir.startsWith(source)
        ? { path: resolve(resolveDir, path.replace(/\.js$/, ".ts")), sideEffects: true }
        : undefined,
    );
  },
};

/**
 * The few modules of protobuf-es that read and write bytes are bundled: its entry point for them loads twenty files, which takes
 * longer than all of this package. The whole of protobuf-es, whose schemas are the application's, is imported as ever.
 */
const external = {
  name: "external",
  setup({ onResolve }) {
    onResolve(
      { filter: /^(zeromq|etcd3|@bufbuild\/protobuf(\/wkt)?|@opentelemetry\/api)$/ },
      ({ path }) => ({
        path,
        external: true,
      }),
    );
  },
};

const { metafile } = await build({
  absWorkingDir: top,
  entryPoints: [...entries.map((entry) => ({ in: entry, out: entry })), child].map((entry) => ({
    in: `entry:${entry.in}`,
    out: entry.out,
  })),
  outdir: join(folder, "dist"),
  chunkNames: "[name]-[hash]",
  bundle: true,
  splitting: true,
  platform: "node",
  target: "node20",
  format: "esm",
  // With their sources in them, which the package does not ship.
  sourcemap: true,
  metafile: true,
  plugins: [fewFiles, external],
  logLevel: "warning",
});
const written = Object.keys(metafile.outputs).map((path) => join(top, path));
dropEmptyMaps(written);
keepClassNames(written);
requireBuiltins(written);
writeNotices(folder, [metafile], top);

/**
 * Gives classes their names back, which stack traces and messages show. A class that refers to itself comes out as `var Name =
 * class _Name`, and the second of a name in one bundle as `var Name2 = class`. The option keepNames mends that too, but makes each function
 * that is created while the program runs slower. No line moves, so that source maps stay right.
 *
 * @param {readonly string[]} paths of all files that were written
 */
function keepClassNames(paths) {
  for (const path of paths.filter((it) => it.endsWith(".js"))) {
    let text = readFileSync(path, "utf8");
    for (const [, name] of text.matchAll(/^var (\w+) = class _\1\b/gm)) {
      text = text.replace(new RegExp(`(?<![.\\w$#])_${name}\\b`, "g"), name);
    }
    text = text.replace(
      /^var ([A-Za-z]+)\d+ = class .*\{$/gm,
      (head, name) =>
        `${head} static { Object.defineProperty(this, "name", { value: "${name}" }); }`,
    );
    writeFileSync(path, text);
  }
}

/**
 * Takes from Node.js's own modules what is used of them, and no more. An import reads every export of a module, those that Node.js itself
 * loads when they are read first: that of `node:fs` alone would load its promises, its streams and readline. No line moves, so that
 * source maps stay right.
 *
 * @param {readonly string[]} paths of all files that were written
 */
function requireBuiltins(paths) {
  for (const path of paths.filter((it) => it.endsWith(".js"))) {
    const text = readFileSync(path, "utf8");
    let first = true;
    const required = text.replace(
      /^import \{([^}]*)\} from "(node:(?!module")[^"]+)";$/gm,
      (_, names, module) => {
        const head = first
          ? 'import { createRequire as createRequire_ } from "node:module"; const require_ = createRequire_(import.meta.url); '
          : "";
        first = false;
        return `${head}const {${names.replaceAll(" as ", ": ")}} = require_("${module}");`;
      },
    );
    writeFileSync(path, required);
  }
}

/**
 * An entry point that only hands on what the bundles hold has a source map without a source.
 *
 * @param {readonly string[]} paths of all files that were written
 */
function dropEmptyMaps(paths) {
  for (const path of paths.filter((it) => it.endsWith(".map"))) {
    if (JSON.parse(readFileSync(path, "utf8")).sources.length > 0) continue;
    rmSync(path);
    const script = path.replace(/\.map$/, "");
    const text = readFileSync(script, "utf8");
    writeFileSync(script, text.replace(/^\/\/# sourceMappingURL=.*\n/m, ""));
  }
}
