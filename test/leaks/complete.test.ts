import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import * as dividere from "dividere";
import * as introspection from "dividere/introspection";

/** Classes whose subclasses are what programs make. */
const bases = new Set([
  "connection.Connector",
  "connection.Receiver",
  "messaging.Link",
  "messaging.ReceivingLink",
]);

/** Classes that a scenario makes under another name. */
const through: Readonly<Record<string, string>> = {
  "messaging.RequestClient": "GreeterRequest",
  "messaging.LoadBalancing.ServerLink": "Server",
  "service.Service": "Reverser",
};

/** The paths of the exported classes that have to be closed. */
function disposable(path: string, namespace: object): readonly string[] {
  return Object.entries(namespace).flatMap(([name, value]) => {
    const full = path === "" ? name : `${path}.${name}`;
    if (typeof value === "object" && value !== null) return disposable(full, value);
    const prototype: unknown = typeof value === "function" ? value.prototype : undefined;
    const closes = typeof prototype === "object" && Symbol.asyncDispose in (prototype as object);
    return closes ? [full] : [];
  });
}

function source(layer: string): string {
  const file = layer === "registry" || layer === "service" ? "services" : layer;
  return readFileSync(join(import.meta.dirname, "scenarios", `${file}.ts`), "utf8");
}

test("every public class that has to be closed is in a scenario", () => {
  const classes = disposable("", { ...dividere, introspection });
  assert.ok(classes.length > 20, String(classes));
  const missing = classes.filter((path) => {
    if (bases.has(path)) return false;
    const [layer = "", ...rest] = path.split(".");
    const name = through[path] ?? rest.join(".");
    // The global of that name makes the scenarios import it as another.
    const pattern = new RegExp(String.raw`(new|extends) (ZeroMq)?${name.replace(".", "\\.")}\b`);
    return !pattern.test(source(layer));
  });
  assert.deepEqual(missing, []);
});

test("every public class that has to be closed can drain too", () => {
  const lacking = disposable("", dividere).filter((path) => {
    const found = path
      .split(".")
      .reduce<unknown>((at, name) => (at as Record<string, unknown>)[name], dividere);
    return typeof (found as { prototype: { drain?: unknown } }).prototype.drain !== "function";
  });
  assert.deepEqual(lacking, []);
});
