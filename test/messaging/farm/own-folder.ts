import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { after } from "node:test";
import { setLogLevel } from "dividere/connection";
import { TemporaryFolder } from "../../support/temporary-folder.js";

/**
 * Gives the test file a temporary folder where its farms put their socket files, and where nothing else does; after the file's
 * last test it has to be empty. Crashes are what these tests are about, so they are not logged.
 */
export function ownTemporaryFolder(): TemporaryFolder {
  const temporary = new TemporaryFolder();
  process.env["TMPDIR"] = temporary.path;
  setLogLevel("silent");
  after(() => {
    // tsx keeps a cache there.
    const left = readdirSync(temporary.path).filter((name) => name.startsWith("dividere-"));
    assert.deepEqual(left, [], "no socket file is left behind");
    temporary[Symbol.dispose]();
  });
  return temporary;
}
