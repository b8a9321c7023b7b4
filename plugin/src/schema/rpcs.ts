import type { DescMessage, DescMethod, DescService } from "@bufbuild/protobuf";
import { forEachRepeated } from "./for-each-repeated.js";
import { type Mistakes, where } from "./mistakes.js";
import { handlerName, isIdentifier, isTaken, methodName } from "./names.js";
import { annotatedHandler, isPublished } from "./options.js";
import { requestPath, responsePath } from "./source-info.js";

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
  checkRequestTypes(rpcs, mistakes);
  checkHandlers(rpcs, mistakes);
  checkMethods(rpcs, mistakes);
  return rpcs;
}

function toRpc(desc: DescMethod): Rpc {
  const published = isPublished(desc);
  return {
    desc,
    published,
    method: methodName(desc.name, published ? "Publisher" : "RequestClient"),
    handler: annotatedHandler(desc.input) || handlerName(desc.input.name),
  };
}

function checkTravel({ desc, published }: Rpc, mistakes: Mistakes): void {
  if (desc.methodKind !== "unary") {
    mistakes.add(
      desc,
      `rpc ${desc.name} streams, which dividere does not do yet; drop "stream", or publish the messages with option (dividere.v1.method) = { pattern: PUBLISH }`,
      desc.proto.clientStreaming ? requestPath(desc) : responsePath(desc),
    );
  } else if (published && desc.output.typeName !== empty) {
    mistakes.add(
      desc,
      `rpc ${desc.name} is published, so nobody answers it with ${desc.output.typeName}; make it return ${empty}, or drop "pattern: PUBLISH"`,
      responsePath(desc),
    );
  }
}

function checkHandlerName(message: DescMessage, mistakes: Mistakes): void {
  const handler = annotatedHandler(message);
  if (handler === "") return;
  if (!isIdentifier(handler)) {
    mistakes.add(
      message,
      `handler "${handler}" of message ${message.name} is no name for a method; use letters, digits, "_" and "$"`,
    );
  } else if (isTaken(handler, "ServiceReactor")) {
    mistakes.add(
      message,
      `handler "${handler}" of message ${message.name} would replace a member of the reactor; choose another name`,
    );
  }
}

function checkRequestTypes(rpcs: readonly Rpc[], mistakes: Mistakes): void {
  forEachRepeated(
    rpcs,
    ({ desc }) => desc.input.typeName,
    ({ desc: first }, { desc }) =>
      mistakes.add(
        desc,
        `rpc ${desc.name} takes ${desc.input.name}, as rpc ${first.name} does (${where(first, requestPath(first))}), and an envelope names only the message; give one of them a message of its own`,
        requestPath(desc),
      ),
  );
}

function checkHandlers(rpcs: readonly Rpc[], mistakes: Mistakes): void {
  forEachRepeated(
    rpcs,
    ({ handler }) => handler,
    ({ desc: first }, { desc, handler }) => {
      if (first.input === desc.input) return;
      mistakes.add(
        desc,
        `rpc ${desc.name} is handled by ${handler}, as rpc ${first.name} is (${where(first, requestPath(first))}); add option (dividere.v1.message) = { handler: "…" } to ${desc.input.typeName} (${where(desc.input)}) or to ${first.input.typeName} (${where(first.input)})`,
        requestPath(desc),
      );
    },
  );
}

function checkMethods(rpcs: readonly Rpc[], mistakes: Mistakes): void {
  forEachRepeated(
    rpcs,
    ({ method, published }) => `${method} ${published}`,
    ({ desc: first }, { desc, method }) =>
      mistakes.add(
        desc,
        `rpc ${desc.name} becomes method ${method}, as rpc ${first.name} does (${where(first)}); rename one of them`,
      ),
  );
}
