// The licences of the packages that a bundle contains.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/**
 * @typedef {object} Manifest
 * @property {string} name
 * @property {string} version
 * @property {string} license an SPDX expression
 */

/**
 * Writes THIRD-PARTY-NOTICES.txt into a package.
 *
 * @param {string} folder the package's folder
 * @param {readonly import("esbuild").Metafile[]} metafiles what esbuild says of the package's bundles
 * @param {string} top the folder that esbuild's paths are relative to
 */
export function writeNotices(folder, metafiles, top) {
  const files = metafiles.flatMap(({ outputs }) =>
    Object.values(outputs).flatMap(({ inputs }) =>
      Object.entries(inputs)
        .filter(([, { bytesInOutput }]) => bytesInOutput > 0)
        .map(([path]) => path),
    ),
  );
  writeFileSync(join(folder, "THIRD-PARTY-NOTICES.txt"), noticesOf(files, top));
}

/**
 * Returns the notices of the packages whose files are bundled.
 *
 * @param {readonly string[]} files paths from `top`; those that are in no package are left out
 * @param {string} top
 * @throws Error for a package that says nowhere what its licence is
 */
export function noticesOf(files, top) {
  /** @type {Map<string, Set<string>>} */
  const packages = new Map();
  for (const file of files) {
    const [, folder] = /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(file) ?? [];
    if (folder === undefined) continue;
    packages.set(folder, (packages.get(folder) ?? new Set()).add(file));
  }
  const notices = [...packages]
    .map(([folder, bundled]) => noticeOf(join(top, folder), [...bundled].sort(), top))
    .sort();
  return `This package contains code of the packages below.\n\n${notices.join("\n")}`;
}

/**
 * @param {string} folder
 * @param {readonly string[]} files
 * @param {string} top
 */
function noticeOf(folder, files, top) {
  /** @type {Manifest} */
  const { name, version, license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  const own = readdirSync(folder).filter((file) => /^(licen[cs]e|copying|notice)\b/i.test(file));
  const texts =
    own.length > 0
      ? own.map((file) => readFileSync(join(folder, file), "utf8").trim())
      : headersOf(files, top);
  if (texts.length === 0) throw new Error(`${name} has neither a licence file nor headers.`);
  // A header names the Apache License, whose text is that of this project's own.
  if (own.length === 0 && license.includes("Apache-2.0")) {
    texts.push("The text of the Apache License 2.0 is in the file LICENSE of this package.");
  }
  const title = `${name} ${version}, ${license}`;
  return `${title}\n${"=".repeat(title.length)}\n\n${texts.join("\n\n")}\n`;
}

/**
 * The copyright comments that the files begin with, each once.
 *
 * @param {readonly string[]} files
 * @param {string} top
 */
function headersOf(files, top) {
  const headers = files
    .map((file) => /^(?:\/\/.*\n)+/.exec(readFileSync(join(top, file), "utf8"))?.[0] ?? "")
    .filter((comment) => comment.includes("Copyright"))
    .map((comment) => comment.replace(/^\/\/ ?/gm, "").trim());
  return [...new Set(headers)];
}
