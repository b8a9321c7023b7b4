import { type DescMessage, type DescMethod, type DescService, getOption } from "@bufbuild/protobuf";
import {
  message as messageOptions,
  method as methodOptions,
  Pattern,
} from "./gen/dividere/v1/options_pb.js";
import { type Mistakes, where } from "./mistakes.js";
import { handlerName, isIdentifier, isTaken, methodName } from "./names.js";
import { pathOf, requestPath, responsePath } from "./source-info.js";

/** An rpc that can be generated: how it travels, and what it is called in TypeScript. */
export interface Rpc {
  readonly desc: DescMethod;
  readonly published: boolean;
  /** The method that sends its request or event. */
  readonly method: string;
  /** The method of the reactor that gets it. */
  readonly handler: string;
}

const empty = "google.protobuf.Empty";

/** Reads the rpcs of a service, and notes each one that cannot travel or cannot be told from another. */
export function rpcsOf(service: DescService, mistakes: Mistakes): Rpc[] {
  const rpcs = service.methods.map(toRpc);
  for (const rpc of rpcs) {
    checkTravel(rpc, mistakes);
    checkHandlerName(rpc.desc.input, mistakes);
  }
  forEachPair(rpcs, (earlier, later) => checkPair(earlier, later, mistakes));
  return rpcs;
}

function toRpc(desc: DescMethod): Rpc {
  const published = getOption(desc, methodOptions).pattern === Pattern.PUBLISH;
  return {
    desc,
    published,
    method: methodName(desc.name, published ? "Publisher" : "RequestClient"),
    handler: annotatedHandler(desc.input) || handlerName(desc.input.name),
  };
}

function annotatedHandler(message: DescMessage): string {
  return getOption(message, messageOptions).handler;
}

function checkTravel({ desc, published }: Rpc, mistakes: Mistakes): void {
  if (desc.methodKind !== "unary") {
    const path = desc.proto.clientStreaming ? requestPath(desc) : responsePath(desc);
    mistakes.add(
      desc.parent.file,
      path,
      `rpc ${desc.name} streams, which dividere does not do yet; drop "stream", or publish the messages with option (dividere.v1.method) = { pattern: PUBLISH }`,
    );
  } else if (published && desc.output.typeName !== empty) {
    mistakes.add(
      desc.parent.file,
      responsePath(desc),
      `rpc ${desc.name} is published, so nobody answers it with ${desc.output.typeName}; make it return ${empty}, or drop "pattern: PUBLISH"`,
    );
  }
}

function checkHandlerName(message: DescMessage, mistakes: Mistakes): void {
  const handler = annotatedHandler(message);
  if (handler === "") {
    return;
  }
  if (!isIdentifier(handler)) {
    mistakes.add(
      message.file,
      pathOf(message),
      `handler "${handler}" of message ${message.name} is no name for a method; use letters, digits, "_" and "$"`,
    );
  } else if (isTaken(handler, "ServiceReactor")) {
    mistakes.add(
      message.file,
      pathOf(message),
      `handler "${handler}" of message ${message.name} would replace a member of the reactor; choose another name`,
    );
  }
}

function checkPair(earlier: Rpc, later: Rpc, mistakes: Mistakes): void {
  const file = later.desc.parent.file;
  const first = earlier.desc;
  const second = later.desc;
  if (first.input === second.input) {
    mistakes.add(
      file,
      requestPath(second),
      `rpc ${second.name} takes ${second.input.name}, as rpc ${first.name} does (${where(file, requestPath(first))}), and an envelope names only the message; give one of them a message of its own`,
    );
  } else if (earlier.handler === later.handler) {
    mistakes.add(
      file,
      requestPath(second),
      `rpc ${second.name} is handled by ${later.handler}, as rpc ${first.name} is (${where(file, requestPath(first))}); add option (dividere.v1.message) = { handler: "…" } to ${second.input.typeName} (${where(second.input.file, pathOf(second.input))}) or to ${first.input.typeName} (${where(first.input.file, pathOf(first.input))})`,
    );
  }
  if (earlier.published === later.published && earlier.method === later.method) {
    mistakes.add(
      file,
      pathOf(second),
      `rpc ${second.name} becomes method ${later.method}, as rpc ${first.name} does (${where(file, pathOf(first))}); rename one of them`,
    );
  }
}

function forEachPair<T>(items: readonly T[], visit: (earlier: T, later: T) => void): void {
  items.forEach((later, i) => {
    for (const earlier of items.slice(0, i)) {
      visit(earlier, later);
    }
  });
}
