import type { DescFile, DescService } from "@bufbuild/protobuf";
import type { Adapter, MessageCode, Messages } from "../messages/message-code.js";
import { forEachRepeated } from "../schema/for-each-repeated.js";
import { type Mistakes, where } from "../schema/mistakes.js";
import { classBase, lowerFirst } from "../schema/names.js";
import { annotatedName } from "../schema/options.js";
import type { ClassName, Parameters } from "../schema/parameters.js";
import { type Rpc, rpcsOf } from "../schema/rpcs.js";
import { pathOf } from "../schema/source-info.js";
import { authorsLines, docLines } from "./docs.js";

/** What one generated file says; the templates lay it out and decide nothing. */
export interface FileView {
  /** The codecs that have to be made here. */
  readonly adapters: readonly Adapter[];
  readonly services: readonly ServiceView[];
}

/** The view of a service; a class that the service does not need, or the user does not want, is undefined. */
export interface ServiceView {
  /** Undefined when no class needs it. */
  readonly definition: DefinitionView | undefined;
  readonly publisher: PublisherView | undefined;
  readonly subscriber: SubscriberView | undefined;
  readonly request: RequestView | undefined;
  readonly reactor: HandlersView | undefined;
  readonly service: HandlersView | undefined;
}

export interface DefinitionView {
  readonly name: string;
  readonly typeName: string;
  readonly registryName: string;
  readonly rpcs: readonly RpcView[];
}

export interface RpcView {
  readonly name: string;
  readonly handler: string;
  readonly request: MessageCode;
  /** Undefined when the rpc is published. */
  readonly response: MessageCode | undefined;
}

interface Documented {
  readonly name: string;
  readonly docs: readonly string[];
}

export interface PublisherView extends Documented {
  readonly events: readonly MessageCode[];
  readonly methods: readonly (Documented & { readonly event: MessageCode })[];
}

export interface SubscriberView extends Documented {
  readonly events: readonly MessageCode[];
}

export interface RequestView extends Documented {
  readonly definition: string;
  readonly lookupDocs: readonly string[];
  readonly methods: readonly (Documented & {
    readonly request: MessageCode;
    readonly response: MessageCode;
  })[];
}

export interface HandlersView extends Documented {
  readonly definition: string;
  readonly handlers: readonly (Documented & {
    readonly request: MessageCode;
    /** Undefined when the rpc is published. */
    readonly response: MessageCode | undefined;
  })[];
}

/** The file that is generated for a proto file, from the output directory. */
export function outputPath(file: DescFile, { suffix }: Parameters): string {
  return `${file.name}${suffix}.ts`;
}

/** Decides everything about the file that is generated for a proto file, and notes what keeps it from being generated. */
export function viewFile(
  file: DescFile,
  parameters: Parameters,
  messages: Messages,
  mistakes: Mistakes,
): FileView {
  checkClassNames(file, mistakes);
  return {
    services: file.services.map((service) =>
      new ServiceViewer(service, rpcsOf(service, mistakes), messages, parameters.classes).view(),
    ),
    adapters: messages.adapters,
  };
}

function checkClassNames(file: DescFile, mistakes: Mistakes): void {
  forEachRepeated(
    file.services,
    (service) => classBase(service.name),
    (first, service) =>
      mistakes.add(
        service,
        `service ${service.name} becomes ${classBase(service.name)}Reactor, as service ${first.name} does (${where(first)}); rename one of them, or move it to a file of its own`,
      ),
  );
}

class ServiceViewer {
  readonly #service: DescService;
  readonly #rpcs: readonly Rpc[];
  readonly #messages: Messages;
  readonly #classes: ReadonlySet<ClassName>;
  readonly #base: string;
  readonly #definition: string;
  readonly #registryName: string;

  constructor(
    service: DescService,
    rpcs: readonly Rpc[],
    messages: Messages,
    classes: ReadonlySet<ClassName>,
  ) {
    this.#service = service;
    this.#rpcs = rpcs;
    this.#messages = messages;
    this.#classes = classes;
    this.#base = classBase(service.name);
    this.#definition = `${lowerFirst(this.#base)}Definition`;
    this.#registryName = annotatedName(service) || service.typeName;
  }

  view(): ServiceView {
    const published = this.#rpcs.filter((rpc) => rpc.published);
    const requested = this.#rpcs.filter((rpc) => !rpc.published);
    return {
      definition: this.#needsDefinition(requested) ? this.#definitionView() : undefined,
      publisher: this.#if("publisher", published, () => this.#publisher(published)),
      subscriber: this.#if("subscriber", published, () => this.#subscriber(published)),
      request: this.#if("request", requested, () => this.#request(requested)),
      reactor: this.#classes.has("reactor") ? this.#reactor() : undefined,
      // A service is registered for its requests; events come from an endpoint that is known.
      service: this.#if("service", requested, () => this.#registered()),
    };
  }

  #needsDefinition(requested: readonly Rpc[]): boolean {
    return (
      this.#classes.has("reactor") ||
      (requested.length > 0 && (this.#classes.has("request") || this.#classes.has("service")))
    );
  }

  #if<T>(name: ClassName, rpcs: readonly Rpc[], view: () => T): T | undefined {
    return this.#classes.has(name) && rpcs.length > 0 ? view() : undefined;
  }

  #definitionView(): DefinitionView {
    return {
      name: this.#definition,
      typeName: this.#service.typeName,
      registryName: this.#registryName,
      rpcs: this.#rpcs.map((rpc) => ({
        name: rpc.desc.name,
        handler: rpc.handler,
        ...this.#messagesOf(rpc),
      })),
    };
  }

  #publisher(rpcs: readonly Rpc[]): PublisherView {
    return {
      ...this.#documented("Publisher", `Publishes the events of ${this.#name}.`),
      events: this.#eventsOf(rpcs),
      methods: rpcs.map((rpc) => ({
        name: rpc.method,
        docs: methodDocs(rpc, `Publishes a \`${rpc.desc.input.name}\`.`),
        event: this.#messages.of(rpc.desc.input),
      })),
    };
  }

  #subscriber(rpcs: readonly Rpc[]): SubscriberView {
    return {
      ...this.#documented(
        "Subscriber",
        `Receives the events of ${this.#name}; \`options.types\` picks some of them.`,
      ),
      events: this.#eventsOf(rpcs),
    };
  }

  #request(rpcs: readonly Rpc[]): RequestView {
    return {
      ...this.#documented(
        "Request",
        `Calls the requests of ${this.#name}; any number of them may be in flight.`,
      ),
      definition: this.#definition,
      lookupDocs: [
        `Makes a client of the service that is registered as ${JSON.stringify(this.#registryName)}, or as \`options.name\`.`,
      ],
      methods: rpcs.map((rpc) => ({
        name: rpc.method,
        docs: methodDocs(
          rpc,
          `Sends a \`${rpc.desc.input.name}\` and waits for the \`${rpc.desc.output.name}\` that answers it.`,
        ),
        request: this.#messages.of(rpc.desc.input),
        response: this.#messages.of(rpc.desc.output),
      })),
    };
  }

  #reactor(): HandlersView {
    return this.#withHandlers(
      "Reactor",
      `Handles what is sent to ${this.#name}: a subclass says how, and the compiler names every handler that it lacks.`,
    );
  }

  #registered(): HandlersView {
    return this.#withHandlers(
      "Service",
      `Handles what is sent to ${this.#name}, as ${this.#base}Reactor does, on a port of its own choice that clients find by name.`,
    );
  }

  #withHandlers(suffix: string, purpose: string): HandlersView {
    return {
      ...this.#documented(suffix, purpose),
      definition: this.#definition,
      handlers: this.#rpcs.map((rpc) => ({
        name: rpc.handler,
        docs: handlerDocs(rpc),
        ...this.#messagesOf(rpc),
      })),
    };
  }

  get #name(): string {
    return `\`${this.#service.typeName}\``;
  }

  #documented(suffix: string, purpose: string): Documented {
    const { file, deprecated } = this.#service;
    return {
      name: `${this.#base}${suffix}`,
      docs: docLines(
        [[purpose], authorsLines(file, pathOf(this.#service))],
        deprecated || file.deprecated,
      ),
    };
  }

  #eventsOf(rpcs: readonly Rpc[]): MessageCode[] {
    return rpcs.map(({ desc }) => this.#messages.of(desc.input));
  }

  #messagesOf({ desc, published }: Rpc): Pick<RpcView, "request" | "response"> {
    return {
      request: this.#messages.of(desc.input),
      response: published ? undefined : this.#messages.of(desc.output),
    };
  }
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
