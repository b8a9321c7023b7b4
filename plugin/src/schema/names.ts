import { protoCamelCase } from "@bufbuild/protobuf/reflect";

/** Which base class of the runtime a generated method is added to. */
export type Base = "Publisher" | "RequestClient" | "ServiceReactor";

// A method of one of these names would replace what the base class, or the language, calls itself.
const object = [
  "constructor",
  "hasOwnProperty",
  "isPrototypeOf",
  "propertyIsEnumerable",
  // An object with a `then` is taken for a promise wherever it is awaited.
  "then",
  "toJSON",
  "toLocaleString",
  "toString",
  "valueOf",
];
const members: Record<Base, ReadonlySet<string>> = {
  Publisher: new Set([
    ...object,
    "send",
    "sendFor",
    "waitForSubscribers",
    "subscriptionCount",
    "stats",
    "types",
    "endpoints",
    "on",
    "off",
    "once",
    "close",
    "closed",
    "connector",
    "encoder",
    "decoder",
  ]),
  RequestClient: new Set([
    ...object,
    "call",
    "callUnary",
    "callServerStream",
    "callClientStream",
    "callBidiStream",
    "endpoints",
    "on",
    "off",
    "once",
    "close",
    "closed",
    "connector",
    "onStatus",
  ]),
  // Those of Service as well: it has the same handlers.
  ServiceReactor: new Set([
    ...object,
    "start",
    "stop",
    "stopped",
    "close",
    "closed",
    "idle",
    "links",
    "onError",
    "endpoints",
    "handleShutdownEvent",
    "name",
    "address",
    "port",
    "status",
    "onStatus",
    "waitUntilRegistered",
    "handleRediscoverReq",
  ]),
};

/** The method that stands for an rpc: `Reverse` and `reverse` both give `reverse`, `get_thing` gives `getThing`. */
export function methodName(rpcName: string, base: Base): string {
  const camel = lowerFirst(protoCamelCase(rpcName));
  return hasCamelCase(camel) ? escaped(camel, base) : `${rpcName}$`;
}

/** The method that handles a message when no annotation says otherwise. */
export function handlerName(messageName: string): string {
  return escaped(`handle${upperFirst(messageName)}`, "ServiceReactor");
}

/** The method that handles an rpc where the message does not name it: `get_thing` gives `handleGetThing`. */
export function rpcHandlerName(rpcName: string): string {
  const camel = protoCamelCase(rpcName);
  return escaped(`handle${hasCamelCase(camel) ? upperFirst(camel) : rpcName}`, "ServiceReactor");
}

/** The key of an rpc among those of its service: its name, unless every object has a member of that name. */
export function rpcKey(rpcName: string): string {
  return rpcName in Object.prototype ? `${rpcName}$` : rpcName;
}

/** The name with as many `$` behind it as tell it from those that are taken; it is taken from now on. */
export function claimed(name: string, taken: Set<string>): string {
  let free = name;
  while (taken.has(free)) free += "$";
  taken.add(free);
  return free;
}

/** Whether a handler of this name would replace a member of the reactor. */
export function isTaken(name: string, base: Base): boolean {
  return name.startsWith("_") || members[base].has(name);
}

/** Whether a method may be written under this name without quotes. */
export function isIdentifier(name: string): boolean {
  return /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(name);
}

/** The first letter in upper case. */
export function upperFirst(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1);
}

/** The first letter in lower case. */
export function lowerFirst(name: string): string {
  return name.charAt(0).toLowerCase() + name.slice(1);
}

function escaped(name: string, base: Base): string {
  return isTaken(name, base) ? `${name}$` : name;
}

/** What consists of underscores and digits has none. */
function hasCamelCase(camel: string): boolean {
  return /^[A-Za-z]/.test(camel);
}
