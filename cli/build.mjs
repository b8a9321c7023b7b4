// Bundles the page of the monitor: every file that a browser loads comes from this package.
import { cpSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";
import { writeNotices } from "../scripts/packages/notices.mjs";

const folder = import.meta.dirname;
const web = join(folder, "web");
const outdir = join(folder, "dist", "web");
const top = join(folder, "..");

const { metafile } = await build({
  absWorkingDir: top,
  entryPoints: { app: join(web, "main.tsx") },
  outdir,
  bundle: true,
  minify: true,
  platform: "browser",
  target: ["chrome111", "firefox113", "safari16.4"],
  format: "esm",
  jsx: "automatic",
  jsxImportSource: "preact",
  metafile: true,
  logLevel: "warning",
});
for (const file of ["index.html", "favicon.svg"]) cpSync(join(web, file), join(outdir, file));
writeNotices(folder, [metafile], top);
