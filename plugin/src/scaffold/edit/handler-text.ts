import type { Handler, TypeText } from "../project/handlers.js";
import type { Reactor } from "../project/reactors.js";
import type { Imports } from "./imports.js";
import type { MemberStyle, Style } from "./style.js";

/** The settings that every written handler shares. */
export interface HandlerSurroundings {
  readonly reactor: Reactor;
  /** The specifier from which the file of the class imports the reactor. */
  readonly through: string | undefined;
  readonly imports: Imports;
  readonly style: Style;
  readonly members: MemberStyle;
  /** Whether the compiler refuses unused parameters. */
  readonly markUnused: boolean;
}

const lineWidth = 100;
const runtime = "dividere/messaging";

/**
 * Returns the text of a handler that throws, without the indentation of its first line; an async generator for a stream
 * of responses. A request's handler throws a refusal with a reason; an event has no requester, so its handler throws an
 * error that the reactor reports.
 */
export function handlerText(handler: Handler, around: HandlerSurroundings): string {
  const { imports, style, members } = around;
  const inner = members.indentation + style.indentation;
  const parameters = [
    requestParameter(handler, around),
    ...(members.context === undefined ? [] : [contextParameter(handler, around)]),
  ];
  const answer = handler.response === undefined ? "void" : typeText(handler.response, around);
  const head = `${members.modifiers}async ${handler.yields ? "*" : ""}${handler.name}(`;
  const tail = `): ${global(handler.yields ? "AsyncIterable" : "Promise", imports)}<${answer}> {`;
  const joined = parameters.join(", ");
  const signature =
    members.indentation.length + head.length + joined.length + tail.length <= lineWidth
      ? head + joined + tail
      : [head, ...parameters.map((one) => `${inner}${one},`), members.indentation + tail].join(
          style.newline,
        );
  return [signature, `${inner}${refusal(handler, around)}`, `${members.indentation}}`].join(
    style.newline,
  );
}

/** A type of the language, also where the file has something else of its name. */
function global(name: string, imports: Imports): string {
  return imports.shadows(name) ? `globalThis.${name}` : name;
}

function requestParameter(handler: Handler, around: HandlerSurroundings): string {
  const type = typeText(handler.request, around);
  return handler.takesStream
    ? `${parameter("msgs", around)}: ${global("AsyncIterable", around.imports)}<${type}>`
    : `${parameter("msg", around)}: ${type}`;
}

function parameter(name: string, around: HandlerSurroundings): string {
  return around.markUnused ? `_${name}` : name;
}

function contextParameter(handler: Handler, around: HandlerSurroundings): string {
  const type = handler.response === undefined ? "EventContext" : "RequestContext";
  const name = (around.members.context ?? "ctx").replace(/^_+/, "");
  return `${parameter(name, around)}: ${around.imports.fromPackage(type, runtime, true)}`;
}

function refusal(handler: Handler, around: HandlerSurroundings): string {
  const { imports, style, members } = around;
  const { quote, semicolon, indentation, newline } = style;
  const what = handler.rpc ?? handler.name;
  const [error, code, message] =
    handler.response === undefined
      ? (["DividereError", "MISSING_HANDLER", `${what} is not handled yet`] as const)
      : (["RequestError", "UNIMPLEMENTED", `${what} is not implemented yet`] as const);
  const args = [code, message].map((text) => quote + text + quote);
  const outer = members.indentation + indentation;
  const start = `throw new ${imports.fromPackage(error, runtime)}(`;
  const line = `${start}${args.join(", ")})${semicolon}`;
  return outer.length + line.length <= lineWidth
    ? line
    : [start, ...args.map((arg) => `${outer}${indentation}${arg},`), `${outer})${semicolon}`].join(
        newline,
      );
}

/** Returns a type of the generated file as the handler's file writes it. */
function typeText(type: TypeText, { imports, reactor, through }: HandlerSurroundings): string {
  let text = type.text;
  for (const { at, local, symbol } of [...type.uses].reverse()) {
    const name = imports.fromGenerated(symbol, reactor, through);
    text = text.slice(0, at) + name + text.slice(at + local.length);
  }
  return text;
}
