import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join, posix } from "node:path";
import { describe, test } from "node:test";
import { noticesOf } from "../../scripts/packages/notices.mjs";
import { home, linksOf } from "../../scripts/packages/repository.mjs";
import { root, run } from "../support/child.js";
import { TemporaryFolder } from "../support/temporary-folder.js";
import { unpack } from "./unpacked.js";

/** What only each package's own bundles contain. */
const bundled = {
  cli: ["@preact/signals", "@preact/signals-core", "preact", "uplot"],
  plugin: ["@bufbuild/protobuf", "@bufbuild/protoplugin", "handlebars", "yaml"],
  runtime: ["@bufbuild/protobuf"],
};

for (const source of ["cli", "plugin", "runtime"] as const) {
  describe(`the tarball of ${source}/`, async () => {
    const { folder, paths } = await unpack(source);
    const read = (path: string): string => readFileSync(join(folder, path), "utf8");
    const manifest = JSON.parse(read("package.json"));

    test("has the pages of a package, and nothing but what its users load", () => {
      const pages = ["CHANGELOG.md", "LICENSE", "README.md", "THIRD-PARTY-NOTICES.txt"];
      assert.deepEqual(
        paths.filter((path) => !path.includes("/")).sort(),
        [...pages, "package.json"].sort(),
      );
      const folders = { cli: ["bin", "dist"], plugin: ["bin", "dist"], runtime: ["dist", "proto"] }[
        source
      ];
      const found = paths.filter((path) => path.includes("/")).map((path) => path.split("/")[0]);
      assert.deepEqual([...new Set(found)].sort(), folders);
      assert.deepEqual(
        paths.filter((path) => /(^|\/)\.|tsbuildinfo|\.test\./.test(path)),
        [],
      );
    });

    test("says where it comes from, as the top package.json does", () => {
      const { homepage, bugs, repository } = manifest;
      assert.deepEqual({ homepage, bugs, repository }, linksOf(source));
    });

    test("has a README whose links work outside the repository, and stay in it", () => {
      const links = [...read("README.md").matchAll(/\]\(([^)]+)\)/g)].map(([, link = ""]) => link);
      assert.ok(links.length > 4);
      for (const link of links) {
        assert.match(link, /^https:\/\//);
        if (!link.includes("github.com")) continue;
        assert.ok(link.startsWith(home), link);
        // The page is there: a link to main is one to the files of this commit.
        const path = link.slice(home.length).replace(/^\/(blob|tree)\/main\/|#.*$/g, "");
        assert.ok(existsSync(join(root, path)), link);
      }
    });

    test("has a changelog that tells of its version", () => {
      const log = read("CHANGELOG.md");
      assert.match(log, /^# Changelog\n/);
      assert.match(log, /^## \[(Unreleased|\d+\.\d+\.\d+\] - \d{4}-\d{2}-\d{2})/m);
      assert.ok(log.includes(manifest.version), manifest.version);
    });

    test("names each package that its bundles contain, with a licence", () => {
      const notices = read("THIRD-PARTY-NOTICES.txt");
      const named = [...notices.matchAll(/^(\S+) \d+\.\d+\.\d+, \S.*\n=+$/gm)].map(
        ([, name]) => name,
      );
      assert.deepEqual(named, bundled[source]);
      assert.match(notices, /Permission is hereby granted|Redistribution and use|Apache License/);
    });

    test("has no source map whose sources are elsewhere", () => {
      const scripts = paths.filter((path) => path.endsWith(".js"));
      assert.ok(scripts.length > 1);
      for (const path of scripts) {
        const [, map] = /^\/\/# sourceMappingURL=(.*)$/m.exec(read(path)) ?? [];
        if (map === undefined) continue;
        const { sources, sourcesContent } = JSON.parse(read(posix.join(posix.dirname(path), map)));
        assert.ok(sources.length > 0, map);
        assert.equal(sourcesContent.length, sources.length, map);
        assert.ok(sourcesContent.every((text: unknown) => typeof text === "string" && text !== ""));
      }
      const maps = paths.filter((path) => path.endsWith(".map"));
      for (const path of maps) assert.ok(paths.includes(path.replace(/\.map$/, "")), path);
    });
  });
}

test("a build begins with an empty dist, and with fresh copies", async () => {
  using folder = new TemporaryFolder();
  folder.write("dist/stale.js", "");
  folder.write("LICENSE", "another");
  folder.write("src/index.ts", "");
  const prepare = join(root, "scripts", "packages", "prepare.mjs");
  const { status } = await run("node", [prepare, "LICENSE"], { cwd: folder.path });
  assert.equal(status, 0);
  assert.ok(!existsSync(folder.file("dist")));
  assert.equal(folder.read("LICENSE"), readFileSync(join(root, "LICENSE"), "utf8"));
  assert.ok(existsSync(folder.file("src/index.ts")));
});

test("a bundled package that says nowhere what its licence is fails the build", () => {
  using folder = new TemporaryFolder();
  const manifest = { name: "bare", version: "1.0.0", license: "MIT" };
  folder.write("node_modules/bare/package.json", JSON.stringify(manifest));
  folder.write("node_modules/bare/index.js", "// Copyright nobody.\nexport {};\n");
  folder.write("node_modules/bare/more.js", "export {};\n");
  assert.match(
    noticesOf(["node_modules/bare/index.js", "src/own.ts"], folder.path),
    /^bare 1\.0\.0, MIT\n=+\n\nCopyright nobody\.\n$/m,
  );
  assert.throws(() => noticesOf(["node_modules/bare/more.js"], folder.path), {
    message: "bare has neither a licence file nor headers.",
  });
});
