import { Node, type SourceFile } from "ts-morph";
import { type GeneratedSymbol, type Handler, importedAs, streamed } from "../project/handlers.js";
import type { Project } from "../project/project.js";
import { moduleOf } from "../project/reactors.js";
import type { AnyClass, Subclass } from "../project/subclasses.js";
import type { Insertion } from "./edits.js";
import { type FormerHandler, messageOf } from "./former-handlers.js";

/** A method to rename, because its handler has another name now. */
export interface Rename {
  readonly former: FormerHandler;
  readonly handler: Handler;
  /** Further missing handlers that the method may have been. */
  readonly others: readonly Handler[];
}

/** An export of a module, by the file of the module. */
interface Exported {
  readonly name: string;
  readonly module: string;
}

/**
 * Finds handlers that are missing only because they have another name now, as after a second rpc has begun to take their
 * message. The body of a missing handler is in a former handler that takes the same message. Where several come into
 * question, the rpc's name decides, then the message of the answer, then the order of the proto file: new rpcs are mostly
 * added at the end.
 */
export function renamesIn(
  project: Project,
  subclass: Subclass,
  former: readonly FormerHandler[],
  missing: readonly Handler[],
): Rename[] {
  const matches = former.flatMap((one) =>
    missing
      .filter((handler) => isAlike(project, subclass, one, handler))
      .map((handler) => ({ former: one, handler, likeness: likeness(one, handler) })),
  );
  const renames: Rename[] = [];
  for (const match of matches.sort((a, b) => b.likeness - a.likeness)) {
    const isFree = renames.every(
      ({ former, handler }) => former !== match.former && handler !== match.handler,
    );
    if (!isFree) continue;
    const others = matches
      .filter((other) => other.former === match.former && other.handler !== match.handler)
      .filter((other) => other.likeness === match.likeness)
      .map(({ handler }) => handler);
    renames.push({ former: match.former, handler: match.handler, others });
  }
  return renames;
}

/** Inserts the new names where the class declares the methods and where it calls them on `this` or `super`. */
export function renameMethods(node: AnyClass, renames: readonly Rename[]): Insertion[] {
  return renames.flatMap(({ former: { name, method }, handler }) => {
    const declared = [method, ...method.getOverloads()].map((one) => one.getNameNode());
    const called = node
      .getDescendants()
      .filter(Node.isPropertyAccessExpression)
      .filter(
        (access) =>
          access.getName() === name &&
          (Node.isThisExpression(access.getExpression()) ||
            Node.isSuperExpression(access.getExpression())),
      )
      .map((access) => access.getNameNode());
    return [...declared, ...called].map((written) => ({
      at: written.getStart(),
      over: written.getWidth(),
      text: handler.name,
    }));
  });
}

function isAlike(
  project: Project,
  { file, reactor }: Subclass,
  { method }: FormerHandler,
  handler: Handler,
): boolean {
  const takesStream = streamed(method.getParameters()[0]?.getTypeNode()) !== undefined;
  const yields = method.isGenerator() || streamed(method.getReturnTypeNode()) !== undefined;
  if (takesStream !== handler.takesStream || yields !== handler.yields) return false;

  const taken = exportedAs(
    project,
    method.getSourceFile(),
    messageOf(method)?.getText() ?? "",
    file,
  );
  const request = (of: Handler): Exported | undefined => {
    const symbol = of.request.uses[0]?.symbol;
    return symbol === undefined
      ? undefined
      : { name: symbol.name, module: moduleOf(project, symbol.specifier, reactor.file) };
  };
  const wanted = request(handler);
  if (taken === undefined || wanted === undefined || taken.name !== wanted.name) return false;
  // A message may come by way of a file that exports it again; its name tells, unless there are two of that name.
  const modules = new Set(
    reactor.handlers
      .map(request)
      .filter((one) => one?.name === wanted.name)
      .map((one) => one?.module),
  );
  return taken.module === wanted.module || modules.size === 1;
}

/** Returns the export behind a type: `A`, or `messages.A` of a namespace. */
function exportedAs(
  project: Project,
  source: SourceFile,
  type: string,
  file: string,
): Exported | undefined {
  const [head = "", member] = type.split(".");
  const symbol =
    member === undefined ? importedAs(source, head) : memberOf(source, { namespace: head, member });
  return symbol === undefined
    ? undefined
    : { name: symbol.name, module: moduleOf(project, symbol.specifier, file) };
}

function memberOf(
  source: SourceFile,
  { namespace, member }: { namespace: string; member: string },
): GeneratedSymbol | undefined {
  const declaration = source
    .getImportDeclarations()
    .find((found) => found.getNamespaceImport()?.getText() === namespace);
  return declaration === undefined
    ? undefined
    : { name: member, specifier: declaration.getModuleSpecifierValue() };
}

/** Returns 2 for a method with the name of the rpc, 1 for a method that answers with the same message, 0 otherwise. */
function likeness({ name, method }: FormerHandler, { rpc, response }: Handler): 0 | 1 | 2 {
  const plain = (text: string) => text.replace(/[_$]/g, "").toLowerCase();
  if (rpc !== undefined && plain(`handle${rpc}`) === plain(name)) return 2;
  const answer = method.getReturnTypeNode();
  const names = [answer, ...(answer?.getDescendants() ?? [])]
    .filter(Node.isIdentifier)
    .map((identifier) => identifier.getText());
  const source = method.getSourceFile();
  const wanted = response?.uses[0]?.symbol.name;
  const answersAlike =
    wanted === undefined
      ? answer === undefined || /^(Promise<)?void>?$/.test(answer.getText())
      : names.some((local) => (importedAs(source, local)?.name ?? local) === wanted);
  return answersAlike ? 1 : 0;
}
