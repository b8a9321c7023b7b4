// The TSDoc rule: every public export, and every public member of an exported class, interface or object type, has a
// TSDoc comment. A member may inherit the comment from a base class or an interface.
import { readFileSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { pathToFileURL } from "node:url";
import { Node, Project, Scope } from "ts-morph";
import { root } from "../run.mjs";
import { report } from "./report.mjs";

/**
 * @param {string} folder the package's folder, with its tsconfig.json
 * @param {readonly string[]} entries the sources of its entry points, relative to that folder
 * @returns {string[]} one line for each export or member without a comment, with file and line
 */
export function findUndocumented(folder, entries) {
  const project = new Project({ tsConfigFilePath: join(folder, "tsconfig.json") });
  const findings = entries.flatMap((entry) =>
    exportsOf(project.getSourceFileOrThrow(join(folder, entry))).flatMap(undocumented),
  );
  // An export of several entry points counts as one finding.
  return [...new Set(findings.map(({ node, what }) => `${placeOf(node, folder)}: ${what}`))].sort(
    (one, other) => one.localeCompare(other, "en", { numeric: true }),
  );
}

/**
 * @typedef {{ name: string, declarations: import("ts-morph").Node[] }} Exported an export, or a member:
 *   several declarations are overloads, a getter and its setter, or a type and a value of one name
 */

/**
 * Returns the hand-written exports of a module; generated code has its comments from its .proto file.
 *
 * @param {import("ts-morph").SourceFile} file
 * @returns {Exported[]}
 */
function exportsOf(file) {
  return [...file.getExportedDeclarations()].flatMap(([name, declarations]) =>
    declarations.some(isGenerated) ? [] : [{ name, declarations }],
  );
}

/** @param {import("ts-morph").Node} node */
function isGenerated(node) {
  return /\/(gen|node_modules)\//.test(node.getSourceFile().getFilePath());
}

/**
 * @param {Exported} exported
 * @returns {{ node: import("ts-morph").Node, what: string }[]}
 */
function undocumented({ name, declarations }) {
  const [first] = declarations;
  if (first === undefined) return [];
  // `export * as messaging`: the members of the namespace count.
  if (Node.isSourceFile(first)) return exportsOf(first).flatMap(undocumented);
  const itself = declarations.some(isDocumented)
    ? []
    : [{ node: first, what: `${name} is exported without a TSDoc comment` }];
  const members = declarations.flatMap((owner) =>
    membersOf(owner)
      .filter(
        ({ name: member, declarations: all }) =>
          !all.some(isDocumented) && !inherits(owner, member),
      )
      .map(({ name: member, declarations: all }) => ({
        node: all[0] ?? owner,
        what: `${name}.${member} is public without a TSDoc comment`,
      })),
  );
  return [...itself, ...members];
}

/**
 * @param {import("ts-morph").Node} owner
 * @returns {Exported[]}
 */
function membersOf(owner) {
  /** @type {Map<string, Exported>} */
  const members = new Map();
  for (const declaration of memberDeclarations(owner)) {
    const name = Node.isConstructorDeclaration(declaration) ? "constructor" : nameOf(declaration);
    if (name === undefined || isPrivateByName(name)) continue;
    const member = members.get(name) ?? { name, declarations: [] };
    member.declarations.push(declaration);
    members.set(name, member);
  }
  return [...members.values()];
}

/**
 * @param {import("ts-morph").Node} owner
 * @returns {import("ts-morph").Node[]}
 */
function memberDeclarations(owner) {
  if (Node.isInterfaceDeclaration(owner)) return owner.getMembers();
  if (Node.isTypeAliasDeclaration(owner)) return literalMembers(owner.getTypeNode());
  if (!Node.isClassDeclaration(owner)) return [];
  return owner.getMembers().filter((member) => {
    if (Node.isClassStaticBlockDeclaration(member)) return false;
    // The comment of the class covers a constructor without parameters.
    if (Node.isConstructorDeclaration(member) && member.getParameters().length === 0) return false;
    return member.getScope() === Scope.Public;
  });
}

/**
 * Returns the members of `{ … }` and of each `{ … }` in `A & { … }`.
 *
 * @param {import("ts-morph").TypeNode | undefined} type
 * @returns {import("ts-morph").Node[]}
 */
function literalMembers(type) {
  if (Node.isIntersectionTypeNode(type)) return type.getTypeNodes().flatMap(literalMembers);
  return Node.isTypeLiteral(type) ? type.getMembers() : [];
}

/** @param {import("ts-morph").Node} node */
function nameOf(node) {
  return Node.hasName(node) ? node.getName() : undefined;
}

/**
 * `#name` is private to its class and `_name` to the runtime; `[Symbol.asyncDispose]` always means the same.
 *
 * @param {string} name
 */
function isPrivateByName(name) {
  return /^[#_]|^\[Symbol\.(asyncDispose|dispose)\]$/.test(name);
}

/**
 * Whether a direct or indirect base class or interface of `owner` has a comment for `member`.
 *
 * @param {import("ts-morph").Node | undefined} owner
 * @param {string} member
 * @returns {boolean}
 */
function inherits(owner, member) {
  const isClass = Node.isClassDeclaration(owner);
  if (!(isClass || Node.isInterfaceDeclaration(owner)) || member === "constructor") return false;
  const implemented = isClass ? owner.getImplements().map((type) => type.getType()) : [];
  return [...owner.getType().getBaseTypes(), ...implemented]
    .flatMap((type) => type.getProperties())
    .flatMap((property) => property.getDeclarations())
    .filter((from) => nameOf(from) === member)
    .some((from) => isDocumented(from) || isStandard(from) || inherits(from.getParent(), member));
}

/**
 * Whether a member overrides a member of JavaScript's own classes, and so has its meaning.
 *
 * @param {import("ts-morph").Node} node
 */
function isStandard(node) {
  return /\/lib\.[\w.]+\.d\.ts$/.test(node.getSourceFile().getFilePath());
}

/** @param {import("ts-morph").Node} node */
function isDocumented(node) {
  const carrier = Node.isVariableDeclaration(node) ? node.getVariableStatement() : node;
  if (carrier === undefined || !Node.isJSDocable(carrier)) return false;
  const overloads = Node.isOverloadable(carrier) ? carrier.getOverloads() : [];
  return [carrier, ...overloads].some((one) =>
    one.getJsDocs().some((doc) => doc.getInnerText().trim() !== ""),
  );
}

/**
 * @param {import("ts-morph").Node} node
 * @param {string} folder
 */
function placeOf(node, folder) {
  const path = relative(folder, node.getSourceFile().getFilePath()).split(sep).join("/");
  return `${path}:${node.getStartLineNumber()}`;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  const runtime = join(root, "runtime");
  /** @type {{ exports: Record<string, string | { types: string }> }} */
  const { exports } = JSON.parse(readFileSync(join(runtime, "package.json"), "utf8"));
  const entries = Object.values(exports).flatMap((target) =>
    typeof target === "string"
      ? []
      : [target.types.replace("/dist/", "/src/").replace(".d.ts", ".ts")],
  );
  process.exitCode = report(
    findUndocumented(runtime, entries).map((finding) => `runtime/${finding}`),
    "State what the signature cannot show: defaults, order, the owner that closes it, the errors that it throws.",
  );
}
