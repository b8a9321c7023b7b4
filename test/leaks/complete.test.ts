import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { disposablePaths, everything } from "./disposable.js";

/** Classes that a scenario makes under another name. */
const through: Readonly<Record<string, string>> = {
  "messaging.RequestClient": "GreeterRequest",
  "messaging.LoadBalancing.ServerLink": "Server",
  "service.Service": "Reverser",
};

function source(layer: string): string {
  const file = layer === "registry" || layer === "service" ? "services" : layer;
  return readFileSync(join(import.meta.dirname, "scenarios", `${file}.ts`), "utf8");
}

test("every public class that has to be closed is in a scenario", () => {
  const classes = disposablePaths();
  assert.ok(classes.length > 20, String(classes));
  const missing = classes.filter((path) => {
    const [layer = "", ...rest] = path.split(".");
    const name = through[path] ?? rest.join(".");
    // The global of that name makes the scenarios import it as another.
    const pattern = new RegExp(String.raw`(new|extends) (ZeroMq)?${name.replace(".", "\\.")}\b`);
    return !pattern.test(source(layer));
  });
  assert.deepEqual(missing, []);
});

test("every public class that has to be closed can drain too", () => {
  const lacking = disposablePaths().filter((path) => {
    const found = path
      .split(".")
      .reduce<unknown>((at, name) => (at as Record<string, unknown>)[name], everything);
    return typeof (found as { prototype: { drain?: unknown } }).prototype.drain !== "function";
  });
  assert.deepEqual(lacking, []);
});
