import assert from "node:assert/strict";
import { test } from "node:test";
import {
  Publisher,
  RequestClient,
  Service,
  type ServiceDefinition,
  ServiceReactor,
} from "dividere/codegen";
import { type Base, isTaken } from "../../../plugin/src/schema/names.js";

const definition: ServiceDefinition = { typeName: "S", name: "s", rpcs: {} };

class Reactor extends ServiceReactor {}

/** An object of each class whose members a generated method could replace. */
const objects: [base: Base, make: () => object & AsyncDisposable][] = [
  ["Publisher", () => new Publisher("inproc://base-members-publisher", [])],
  ["RequestClient", () => new RequestClient(">inproc://base-members-client")],
  ["ServiceReactor", () => new Reactor(definition, [])],
];

for (const [base, make] of objects) {
  test(`no generated method replaces a member of ${base}`, async () => {
    await using object = make();
    assert.deepEqual(untaken(object, base), []);
  });
}

test("no handler replaces a member of Service", () => {
  assert.deepEqual(untaken(Service.prototype, "ServiceReactor"), []);
});

/** The members that the object has of its own or by its classes, and whose names are free for generated methods all the same. */
function untaken(object: object, base: Base): string[] {
  const names: string[] = [];
  for (let at = object; at !== null && at !== Object.prototype; at = Object.getPrototypeOf(at)) {
    names.push(...Object.getOwnPropertyNames(at));
  }
  return names.filter((name) => !isTaken(name, base));
}
