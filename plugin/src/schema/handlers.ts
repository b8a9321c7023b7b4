import type { DescMessage, DescMethod, DescService } from "@bufbuild/protobuf";
import { forEachRepeated, repeatedNames } from "./for-each-repeated.js";
import { type Mistakes, where } from "./mistakes.js";
import { claimed, handlerName, isIdentifier, isTaken, rpcHandlerName } from "./names.js";
import { annotatedHandler, namesHandlersByRpc } from "./options.js";
import { methodOptionPath, pathOf } from "./source-info.js";

type Names = ReadonlyMap<DescMethod, string>;

/** The rpc or the message whose annotation names a handler. */
type Annotated = DescMethod | DescMessage;

/**
 * Returns the handler of each rpc of a service. An annotation names the handler; without one the message does, if it
 * belongs to one rpc only and no other handler has that name, or else the rpc. Invalid annotations are noted as
 * mistakes.
 */
export function handlersOf(service: DescService, mistakes: Mistakes): Names {
  const annotations = new Map<DescMethod, Annotated>();
  const byMessage = new Map<DescMethod, string>();
  const messages = messagesOfOneRpc(service);
  for (const rpc of service.methods) {
    const own = messages.has(rpc.input);
    const annotated = own ? [rpc, rpc.input] : [rpc];
    const by = annotated.find((desc) => annotatedHandler(desc) !== "");
    if (by !== undefined) annotations.set(rpc, by);
    else if (own) byMessage.set(rpc, handlerName(rpc.input.name));
    checkName(rpc, mistakes);
    checkName(rpc.input, mistakes);
  }
  checkRepeated(annotations.values(), mistakes);

  const annotated = new Map([...annotations].map(([rpc, by]) => [rpc, annotatedHandler(by)]));
  leaveSharedNames(service, annotated, byMessage);
  const taken = new Set([...annotated.values(), ...byMessage.values()]);
  return new Map(
    service.methods.map((rpc) => [
      rpc,
      annotated.get(rpc) ?? byMessage.get(rpc) ?? claimed(rpcHandlerName(rpc.name), taken),
    ]),
  );
}

/** Returns the messages that may name a handler. */
function messagesOfOneRpc(service: DescService): ReadonlySet<DescMessage> {
  const messages = new Set<DescMessage>();
  if (namesHandlersByRpc(service)) return messages;
  for (const { input } of service.methods) messages.add(input);
  forEachRepeated(
    service.methods,
    ({ input }) => input.typeName,
    ({ input }) => messages.delete(input),
  );
  return messages;
}

/** Removes message names that another handler has too; this may give a further handler the name of an rpc. */
function leaveSharedNames(
  service: DescService,
  annotated: Names,
  byMessage: Map<DescMethod, string>,
): void {
  for (let before = -1; before !== byMessage.size; ) {
    before = byMessage.size;
    const repeated = repeatedNames(
      service.methods.map(
        (rpc) => annotated.get(rpc) ?? byMessage.get(rpc) ?? rpcHandlerName(rpc.name),
      ),
    );
    for (const [rpc, name] of byMessage) if (repeated.has(name)) byMessage.delete(rpc);
  }
}

function checkName(desc: Annotated, mistakes: Mistakes): void {
  const handler = annotatedHandler(desc);
  if (handler === "") return;
  if (!isIdentifier(handler)) {
    mistakes.add(
      desc,
      `handler "${handler}" of ${desc.kind} ${desc.name} is no name for a method; use letters, digits, "_" and "$"`,
      annotationPath(desc),
    );
  } else if (isTaken(handler, "ServiceReactor")) {
    mistakes.add(
      desc,
      `handler "${handler}" of ${desc.kind} ${desc.name} would replace a member of the reactor; choose another name`,
      annotationPath(desc),
    );
  }
}

function checkRepeated(annotations: Iterable<Annotated>, mistakes: Mistakes): void {
  forEachRepeated(annotations, annotatedHandler, (first, desc) => {
    mistakes.add(
      desc,
      `handler "${annotatedHandler(desc)}" of ${desc.kind} ${desc.name} is that of ${first.kind} ${first.name} as well (${where(first, annotationPath(first))}); give one of them another name`,
      annotationPath(desc),
    );
  });
}

function annotationPath(desc: Annotated): number[] {
  return desc.kind === "rpc" ? methodOptionPath(desc, "handler") : pathOf(desc);
}
