import type { DescMethod, DescService } from "@bufbuild/protobuf";
import { forEachRepeated, repeatedNames } from "./for-each-repeated.js";
import { handlersOf } from "./handlers.js";
import { type Mistakes, where } from "./mistakes.js";
import { claimed, methodName } from "./names.js";
import { isDefault, isPublished } from "./options.js";
import { methodOptionPath, requestPath, responsePath } from "./source-info.js";

/** An rpc: its kind of transport, and its names in TypeScript. */
export interface Rpc {
  readonly desc: DescMethod;
  readonly published: boolean;
  /** The method that sends the request or event. */
  readonly method: string;
  /** The method of the reactor that receives the message. */
  readonly handler: string;
  /** Whether the rpc gets the requests that name its message but no rpc. */
  readonly isDefault: boolean;
  /** Whether another rpc publishes the same message, so that the message does not identify the rpc. */
  readonly isShared: boolean;
}

const empty = "google.protobuf.Empty";

/** Reads the rpcs of a service, and notes each invalid annotation. */
export function rpcsOf(service: DescService, mistakes: Mistakes): Rpc[] {
  const handlers = handlersOf(service, mistakes);
  const taken = { Publisher: new Set<string>(), RequestClient: new Set<string>() };
  const events = service.methods.filter(isPublished);
  const shared = repeatedNames(events.map(({ input }) => input.typeName));
  const rpcs = service.methods.map((desc) => {
    const published = isPublished(desc);
    const base = published ? "Publisher" : "RequestClient";
    return {
      desc,
      published,
      method: claimed(methodName(desc.name, base), taken[base]),
      handler: handlers.get(desc) ?? "",
      isDefault: isDefault(desc),
      isShared: published && shared.has(desc.input.typeName),
    };
  });
  for (const rpc of rpcs) if (rpc.published) checkPublished(rpc.desc, mistakes);
  checkDefaults(rpcs, mistakes);
  return rpcs;
}

function checkPublished(desc: DescMethod, mistakes: Mistakes): void {
  if (desc.methodKind !== "unary") {
    mistakes.add(
      desc,
      `rpc ${desc.name} is published, which is a stream of events as it is; drop "stream", or drop "pattern: PUBLISH"`,
      desc.proto.clientStreaming ? requestPath(desc) : responsePath(desc),
    );
  } else if (desc.output.typeName !== empty) {
    mistakes.add(
      desc,
      `rpc ${desc.name} is published, so nobody answers it with ${desc.output.typeName}; make it return ${empty}, or drop "pattern: PUBLISH"`,
      responsePath(desc),
    );
  }
}

function checkDefaults(rpcs: readonly Rpc[], mistakes: Mistakes): void {
  forEachRepeated(
    rpcs.filter((rpc) => rpc.isDefault),
    ({ desc }) => desc.input.typeName,
    ({ desc: first }, { desc }) =>
      mistakes.add(
        desc,
        `rpc ${desc.name} is the default for ${desc.input.name}, as rpc ${first.name} is (${where(first, methodOptionPath(first, "default"))}); drop "default: true" from one of them`,
        methodOptionPath(desc, "default"),
      ),
  );
}
