import { Node } from "ts-morph";
import type { Handler } from "../project/handlers.js";
import type { AnyClass, Subclass } from "../project/subclasses.js";
import { nameOf } from "./extend-class.js";

/** Returns the handlers that a class lacks and does not inherit, in proto order. */
export function missingHandlers(subclass: Subclass): Handler[] {
  const present = new Set([subclass.node, ...subclass.ancestors].flatMap(implemented));
  return subclass.reactor.handlers.filter(({ name }) => !present.has(name));
}

/** Returns the names of the implemented members of a class. */
function implemented(node: AnyClass): string[] {
  const members = node
    .getMembers()
    .filter((member) => !(Node.isStaticable(member) && member.isStatic()))
    .filter((member) => !(Node.isAbstractable(member) && member.isAbstract()))
    .map(nameOf);
  const parameters = node
    .getConstructors()
    .flatMap((declaration) => declaration.getParameters())
    .filter((parameter) => parameter.isParameterProperty())
    .map((parameter) => parameter.getName());
  return [...members, ...parameters].filter((name) => name !== undefined);
}
