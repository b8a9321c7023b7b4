// Bundles the plugin into one file: a compiler starts the plugin for every run, so the user waits for every module that it loads.
import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { build } from "esbuild";
import Handlebars from "handlebars";
import { writeNotices } from "../scripts/packages/notices.mjs";

const folder = import.meta.dirname;
const top = join(folder, "..");
const outfile = join(folder, "dist", "protoc-gen-dividere.js");

/** Compiles the templates now, and leaves Handlebars' compiler out. */
const compiledTemplates = {
  name: "compiled-templates",
  setup({ onLoad }) {
    onLoad({ filter: /[\\/]src[\\/]emit[\\/]templates\.ts$/ }, () => {
      const options = JSON.parse(
        readFileSync(join(folder, "src", "emit", "template-options.json"), "utf8"),
      );
      const sources = join(folder, "src", "emit", "templates");
      const compiled = readdirSync(sources).map((file) => {
        const source = readFileSync(join(sources, file), "utf8");
        const template = withoutPlaces(Handlebars.precompile(source, options));
        return `${JSON.stringify(file.replace(".hbs", ""))}: Handlebars.template(${template}),`;
      });
      return {
        contents: `import Handlebars from "handlebars/runtime.js";\nexport const templates = {\n${compiled.join("\n")}\n};`,
        resolveDir: folder,
      };
    });
  },
};

/**
 * Leaves out of each call of a helper where in the template it stands, which no helper asks for and which takes three objects
 * a call.
 *
 * @param {string} template
 */
function withoutPlaces(template) {
  const position = String.raw`\{"line":\d+,"column":\d+\}`;
  const place = new RegExp(`,"loc":\\{"start":${position},"end":${position}\\}`, "g");
  return template.replace(place, "");
}

/** Leaves out the TypeScript compiler that protoplugin loads to write JavaScript: this plugin writes only TypeScript. */
const noTypeScript = {
  name: "no-typescript",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^(typescript|@typescript\/vfs)$/ }, ({ path }) => ({
      path,
      namespace: "no-typescript",
    }));
    onLoad({ filter: /.*/, namespace: "no-typescript" }, () => ({
      contents:
        "export default {}; export const createDefaultMapFromNodeModules = 0, createSystem = 0, createVirtualCompilerHost = 0;",
    }));
  },
};

// The modules of yaml for Node.js are CommonJS, which a bundle of ES modules cannot load; those for browsers are the same code.
const yaml = join(
  dirname(createRequire(import.meta.url).resolve("yaml/package.json")),
  "browser",
  "index.js",
);

/** What esbuild says of each bundle. */
const metafiles = [];

const plugin = await build({
  absWorkingDir: top,
  metafile: true,
  entryPoints: [join(folder, "src", "main.ts")],
  alias: { yaml },
  outfile,
  bundle: true,
  platform: "node",
  target: "node20",
  format: "esm",
  minifySyntax: true,
  minifyWhitespace: true,
  legalComments: "eof",
  plugins: [compiledTemplates, noTypeScript],
  logLevel: "warning",
});
metafiles.push(plugin.metafile);

/**
 * The other programs. Code that only some runs need is split off, and loaded on demand.
 *
 * @type {Readonly<Record<string, string>>}
 */
const programs = {
  "dividere-scaffold": join(folder, "src", "scaffold", "main.ts"),
  "protoc-gen-dividere-messages": join(folder, "src", "messages", "wrapper", "main.ts"),
};
for (const [name, entry] of Object.entries(programs)) {
  const { metafile } = await build({
    absWorkingDir: top,
    metafile: true,
    entryPoints: { [name]: entry },
    outdir: join(folder, "dist"),
    chunkNames: `${name}-[hash]`,
    bundle: true,
    splitting: true,
    external: ["ts-morph"],
    platform: "node",
    target: "node20",
    format: "esm",
    logLevel: "warning",
  });
  metafiles.push(metafile);
}
writeNotices(folder, metafiles, top);
