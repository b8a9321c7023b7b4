import * as dividere from "dividere";
import * as introspection from "dividere/introspection";

/** The layers that "dividere" exports, and those with an entry point of their own. */
export const everything: object = { ...dividere, introspection };

/** Classes whose subclasses are what programs make. */
const bases = new Set([
  "connection.Connector",
  "connection.Receiver",
  "messaging.Link",
  "messaging.ReceivingLink",
]);

/** The paths of the exported classes that have to be closed, such as `messaging.LoadBalancing.Broker`. */
export function disposablePaths(path = "", namespace: object = everything): readonly string[] {
  return Object.entries(namespace).flatMap(([name, value]) => {
    const full = path === "" ? name : `${path}.${name}`;
    if (typeof value === "object" && value !== null) return disposablePaths(full, value);
    const prototype: unknown = typeof value === "function" ? value.prototype : undefined;
    const closes = typeof prototype === "object" && Symbol.asyncDispose in (prototype as object);
    return closes && !bases.has(full) ? [full] : [];
  });
}

/** The names of those classes without their layers, each once. */
export function disposableClasses(): readonly string[] {
  return [...new Set(disposablePaths().map((path) => path.split(".").slice(1).join(".")))];
}
