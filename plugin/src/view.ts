import { type DescFile, type DescMessage, type DescService, getOption } from "@bufbuild/protobuf";
import { authorsLines, docLines } from "./docs.js";
import { service as serviceOptions } from "./gen/dividere/v1/options_pb.js";
import { type Mistakes, where } from "./mistakes.js";
import { classBase, lowerFirst } from "./names.js";
import type { Parameters } from "./parameters.js";
import { type Rpc, rpcsOf } from "./rpcs.js";
import { pathOf } from "./source-info.js";
import { tsProtoModule, tsProtoName } from "./ts-proto.js";

/** Something that another module exports. */
export interface Import {
  readonly name: string;
  /** An import path from the output directory. */
  readonly from: string;
}

/** What one generated file says; the templates lay it out and decide nothing. */
export interface FileView {
  /** The proto file that it comes from. */
  readonly source: DescFile;
  /** Where it is written, from the output directory. */
  readonly path: string;
  readonly services: readonly ServiceView[];
}

export interface ServiceView {
  readonly definition: string;
  readonly typeName: string;
  readonly registryName: string;
  readonly rpcs: readonly RpcView[];
  /** Undefined when nothing is published. */
  readonly publisher: (ClassView<EventView> & { readonly events: readonly Import[] }) | undefined;
  /** Undefined when nothing is published. */
  readonly subscriber:
    | {
        readonly name: string;
        readonly docs: readonly string[];
        readonly events: readonly Import[];
      }
    | undefined;
  /** Undefined when nothing is requested. */
  readonly request: ClassView<RequestView> | undefined;
  readonly reactor: ClassView<HandlerView>;
}

export interface RpcView {
  readonly name: string;
  readonly handler: string;
  readonly request: Import;
  /** Undefined when the rpc is published. */
  readonly response: Import | undefined;
}

export interface ClassView<Method> {
  readonly name: string;
  readonly docs: readonly string[];
  readonly methods: readonly Method[];
}

export interface EventView {
  readonly name: string;
  readonly docs: readonly string[];
  readonly event: Import;
}

export interface RequestView {
  readonly name: string;
  readonly docs: readonly string[];
  readonly request: Import;
  readonly response: Import;
}

export interface HandlerView {
  readonly name: string;
  readonly docs: readonly string[];
  readonly request: Import;
  /** Undefined when the rpc is published. */
  readonly response: Import | undefined;
}

/** Decides everything about the file that is generated for a proto file, and notes what keeps it from being generated. */
export function viewFile(file: DescFile, parameters: Parameters, mistakes: Mistakes): FileView {
  checkClassNames(file, mistakes);
  return {
    source: file,
    path: `${file.name}${parameters.suffix}.ts`,
    services: file.services.map((service) => viewService(service, rpcsOf(service, mistakes))),
  };
}

function checkClassNames(file: DescFile, mistakes: Mistakes): void {
  const seen = new Map<string, DescService>();
  for (const service of file.services) {
    const base = classBase(service.name);
    const earlier = seen.get(base);
    if (earlier === undefined) {
      seen.set(base, service);
    } else {
      mistakes.add(
        file,
        pathOf(service),
        `service ${service.name} becomes ${base}Reactor, as service ${earlier.name} does (${where(file, pathOf(earlier))}); rename one of them, or move it to a file of its own`,
      );
    }
  }
}

function viewService(service: DescService, rpcs: readonly Rpc[]): ServiceView {
  const base = classBase(service.name);
  const published = rpcs.filter((rpc) => rpc.published);
  const requested = rpcs.filter((rpc) => !rpc.published);
  const docs = (purpose: string) => classDocs(service, purpose);
  return {
    definition: `${lowerFirst(base)}Definition`,
    typeName: service.typeName,
    registryName: getOption(service, serviceOptions).name || service.typeName,
    rpcs: rpcs.map((rpc) => ({ name: rpc.desc.name, handler: rpc.handler, ...messagesOf(rpc) })),
    publisher: optional(published, (events) => ({
      name: `${base}Publisher`,
      docs: docs(`Publishes the events of \`${service.typeName}\`.`),
      events: events.map(({ desc }) => importOf(desc.input)),
      methods: events.map((rpc) => ({
        name: rpc.method,
        docs: methodDocs(rpc, `Publishes a \`${rpc.desc.input.name}\`.`),
        event: importOf(rpc.desc.input),
      })),
    })),
    subscriber: optional(published, (events) => ({
      name: `${base}Subscriber`,
      docs: docs(
        `Receives the events of \`${service.typeName}\`; \`options.types\` picks some of them.`,
      ),
      events: events.map(({ desc }) => importOf(desc.input)),
    })),
    request: optional(requested, (requests) => ({
      name: `${base}Request`,
      docs: docs(
        `Calls the requests of \`${service.typeName}\`; any number of them may be in flight.`,
      ),
      methods: requests.map((rpc) => ({
        name: rpc.method,
        docs: methodDocs(
          rpc,
          `Sends a \`${rpc.desc.input.name}\` and waits for the \`${rpc.desc.output.name}\` that answers it.`,
        ),
        request: importOf(rpc.desc.input),
        response: importOf(rpc.desc.output),
      })),
    })),
    reactor: {
      name: `${base}Reactor`,
      docs: docs(
        `Handles what is sent to \`${service.typeName}\`: a subclass says how, and the compiler names every handler that it lacks.`,
      ),
      methods: rpcs.map((rpc) => ({
        name: rpc.handler,
        docs: handlerDocs(rpc),
        ...messagesOf(rpc),
      })),
    },
  };
}

function optional<T>(rpcs: readonly Rpc[], view: (rpcs: readonly Rpc[]) => T): T | undefined {
  return rpcs.length > 0 ? view(rpcs) : undefined;
}

function messagesOf({ desc, published }: Rpc): { request: Import; response: Import | undefined } {
  return { request: importOf(desc.input), response: published ? undefined : importOf(desc.output) };
}

function importOf(message: DescMessage): Import {
  return { name: tsProtoName(message), from: tsProtoModule(message.file) };
}

function classDocs(service: DescService, purpose: string): string[] {
  return docLines(
    [[purpose], authorsLines(service.file, pathOf(service))],
    service.deprecated || service.file.deprecated,
  );
}

function methodDocs({ desc }: Rpc, otherwise: string): string[] {
  const lines = authorsLines(desc.parent.file, pathOf(desc));
  return docLines([lines.length > 0 ? lines : [otherwise]], desc.deprecated);
}

function handlerDocs({ desc, published }: Rpc): string[] {
  const purpose = published
    ? `Gets what \`${desc.name}\` publishes.`
    : `Answers \`${desc.name}\`; what it returns is the reply.`;
  return docLines([[purpose], authorsLines(desc.parent.file, pathOf(desc))], desc.deprecated);
}
