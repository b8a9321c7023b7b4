import type { DescMethod } from "@bufbuild/protobuf";
import type { Rpc } from "../schema/rpcs.js";
import { pathOf } from "../schema/source-info.js";
import { authorsLines, docLines } from "./docs.js";

/** Returns the comment on the method that publishes an event: the author's comment, or one that names the event. */
export function publishDocs({ desc }: Rpc): string[] {
  const lines = commentOn(desc);
  return docLines(
    [lines.length > 0 ? lines : [`Publishes a \`${desc.input.name}\`.`]],
    desc.deprecated,
  );
}

/**
 * Returns the comment on the method that makes a call; for a stream the comment always explains how to send and read
 * it.
 */
export function callDocs({ desc }: Rpc): string[] {
  const lines = commentOn(desc);
  const needed = lines.length === 0 || desc.methodKind !== "unary";
  return docLines([lines, needed ? [callOf(desc)] : []], desc.deprecated);
}

/** Returns the comment on a handler. */
export function handlerDocs({ desc, published }: Rpc): string[] {
  const purpose = published ? `Handles the events of \`${desc.name}\`.` : answerTo(desc);
  return docLines([[purpose], commentOn(desc)], desc.deprecated);
}

function callOf({ methodKind, input, output }: DescMethod): string {
  const [request, response] = [`\`${input.name}\``, `\`${output.name}\``];
  switch (methodKind) {
    case "unary":
      return `Sends a ${request} and waits for the ${response} that answers it.`;
    case "server_streaming":
      return `Sends a ${request} and returns the stream of each ${response} that answers it; leaving the loop over it cancels the call.`;
    case "client_streaming":
      return `Sends each ${request} of \`msgs\` and waits for the ${response} that answers them all.`;
    case "bidi_streaming":
      return `Sends each ${request} of \`msgs\` and returns the stream of each ${response} that the server sends; leaving the loop over it cancels the call.`;
  }
}

function answerTo({ name, methodKind, input, output }: DescMethod): string {
  const takes = `\`msgs\` yields each \`${input.name}\` of the client`;
  const yields = `each yielded \`${output.name}\` goes to the client`;
  switch (methodKind) {
    case "unary":
      return `Answers \`${name}\`; the returned message is the reply.`;
    case "server_streaming":
      return `Answers \`${name}\`; ${yields}.`;
    case "client_streaming":
      return `Answers \`${name}\`; ${takes}, and the returned message is the reply.`;
    case "bidi_streaming":
      return `Answers \`${name}\`; ${takes}, and ${yields}.`;
  }
}

function commentOn(desc: DescMethod): string[] {
  return authorsLines(desc.parent.file, pathOf(desc));
}
