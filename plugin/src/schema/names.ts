import { protoCamelCase } from "@bufbuild/protobuf/reflect";

/** The base class of the runtime to which a generated method is added. */
export type Base = "Publisher" | "RequestClient" | "ServiceReactor";

// A method with one of these names would replace a member that the base class, or the language, calls itself.
const object = [
  "constructor",
  "hasOwnProperty",
  "isPrototypeOf",
  "propertyIsEnumerable",
  // `await` treats an object with a `then` as a promise.
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
    "drain",
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
    "drain",
    "connector",
    "onStatus",
    "unwantedReplies",
  ]),
  // The names of Service as well, because it has the same handlers.
  ServiceReactor: new Set([
    ...object,
    "start",
    "stop",
    "drain",
    "stopped",
    "close",
    "closed",
    "idle",
    "links",
    "onError",
    "endpoints",
    "handleShutdownEvent",
    "instance",
    "version",
    "stats",
    "name",
    "address",
    "port",
    "status",
    "onStatus",
    "waitUntilRegistered",
    "handleRediscoverReq",
    "setHealth",
  ]),
};

/**
 * Returns the name of the method for an rpc: `Reverse` and `reverse` both give `reverse`, `get_thing` gives `getThing`.
 */
export function methodName(rpcName: string, base: Base): string {
  const camel = lowerFirst(protoCamelCase(rpcName));
  return hasCamelCase(camel) ? escaped(camel, base) : `${rpcName}$`;
}

/** Returns the default name of the method that handles a message. */
export function handlerName(messageName: string): string {
  return escaped(`handle${upperFirst(messageName)}`, "ServiceReactor");
}

/**
 * Returns the name of the method that handles an rpc, if the message does not name it: `get_thing` gives
 * `handleGetThing`.
 */
export function rpcHandlerName(rpcName: string): string {
  const camel = protoCamelCase(rpcName);
  return escaped(`handle${hasCamelCase(camel) ? upperFirst(camel) : rpcName}`, "ServiceReactor");
}

/** Returns the key of an rpc in its service: its name, unless every object has a member of that name. */
export function rpcKey(rpcName: string): string {
  return rpcName in Object.prototype ? `${rpcName}$` : rpcName;
}

/** Appends as many `$` to the name as distinguish it from the taken names, and adds the result to them. */
export function claimed(name: string, taken: Set<string>): string {
  let free = name;
  while (taken.has(free)) free += "$";
  taken.add(free);
  return free;
}

/** Returns whether a handler of this name would replace a member of the reactor. */
export function isTaken(name: string, base: Base): boolean {
  return name.startsWith("_") || members[base].has(name);
}

/** Returns whether a method may have this name without quotes. */
export function isIdentifier(name: string): boolean {
  return /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(name);
}

/** Returns the text with its first letter in upper case. */
export function upperFirst(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1);
}

/** Returns the text with its first letter in lower case. */
export function lowerFirst(name: string): string {
  return name.charAt(0).toLowerCase() + name.slice(1);
}

function escaped(name: string, base: Base): string {
  return isTaken(name, base) ? `${name}$` : name;
}

/** A name of underscores and digits alone has no camel case. */
function hasCamelCase(camel: string): boolean {
  return /^[A-Za-z]/.test(camel);
}
