import type { DescMethod, DescService } from "@bufbuild/protobuf";
import { MethodOptions_IdempotencyLevel } from "@bufbuild/protobuf/wkt";
import type { MessageCode, Messages } from "../messages/message-code.js";
import { lowerFirst, rpcKey } from "../schema/names.js";
import { annotatedName } from "../schema/options.js";
import type { ClassName } from "../schema/parameters.js";
import type { Rpc } from "../schema/rpcs.js";
import { pathOf } from "../schema/source-info.js";
import { authorsLines, docLines } from "./docs.js";
import { callDocs, handlerDocs, publishDocs } from "./rpc-docs.js";
import type {
  CallView,
  DefinitionView,
  Documented,
  HandlersView,
  PublisherView,
  RequestView,
  RpcMessages,
  RpcView,
  ServiceView,
  Streams,
  SubscriberView,
} from "./service-view.js";

/** Decides the content of the definition and the classes of one service. */
export class ServiceViewer {
  readonly #service: DescService;
  readonly #rpcs: readonly Rpc[];
  readonly #messages: Messages;
  readonly #classes: ReadonlySet<ClassName>;
  readonly #base: string;
  readonly #definition: string;
  readonly #registryName: string;
  #handlerViews: HandlersView["handlers"] | undefined;

  constructor(
    service: DescService,
    base: string,
    rpcs: readonly Rpc[],
    messages: Messages,
    classes: ReadonlySet<ClassName>,
  ) {
    this.#service = service;
    this.#rpcs = rpcs;
    this.#messages = messages;
    this.#classes = classes;
    this.#base = base;
    this.#definition = `${lowerFirst(this.#base)}Definition`;
    this.#registryName = annotatedName(service) || service.typeName;
  }

  view(): ServiceView {
    const published = this.#rpcs.filter((rpc) => rpc.published);
    const requested = this.#rpcs.filter((rpc) => !rpc.published);
    return {
      definition: this.#needsDefinition(published, requested) ? this.#definitionView() : undefined,
      publisher: this.#if("publisher", published, () => this.#publisher(published)),
      subscriber: this.#if("subscriber", published, () => this.#subscriber(published)),
      request: this.#if("request", requested, () => this.#request(requested)),
      reactor: this.#classes.has("reactor") ? this.#reactor() : undefined,
      // A service is registered for its requests; events come from a known endpoint.
      service: this.#if("service", requested, () => this.#registered()),
    };
  }

  #needsDefinition(published: readonly Rpc[], requested: readonly Rpc[]): boolean {
    const classes = this.#classes;
    return (
      classes.has("reactor") ||
      (published.length > 0 && classes.has("publisher")) ||
      (requested.length > 0 && (classes.has("request") || classes.has("service")))
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
      rpcs: this.#rpcs.map((rpc) => this.#rpcView(rpc)),
    };
  }

  #rpcView(rpc: Rpc): RpcView {
    const { desc, handler, isDefault, isShared } = rpc;
    return {
      key: rpcKey(desc.name),
      path: `${this.#service.typeName}/${desc.name}`,
      kind: calls[desc.methodKind].kind,
      handler,
      idempotency: idempotencies[desc.idempotency],
      isDefault,
      isShared,
      ...this.#messagesOf(rpc),
    };
  }

  #publisher(rpcs: readonly Rpc[]): PublisherView {
    return {
      ...this.#documented("Publisher", `Publishes the events of ${this.#name}.`),
      definition: this.#definition,
      events: this.#eventsOf(rpcs),
      methods: rpcs.map((rpc) => ({
        name: rpc.method,
        docs: publishDocs(rpc),
        rpc: rpcKey(rpc.desc.name),
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
      methods: rpcs.map((rpc) => this.#call(rpc)),
    };
  }

  #call(rpc: Rpc): CallView {
    const { desc, method } = rpc;
    return {
      name: method,
      docs: callDocs(rpc),
      rpc: rpcKey(desc.name),
      call: calls[desc.methodKind].call,
      request: this.#messages.of(desc.input),
      response: this.#messages.of(desc.output),
      ...streamsOf(desc),
    };
  }

  #reactor(): HandlersView {
    return this.#withHandlers(
      "Reactor",
      `Handles the messages of ${this.#name}. A subclass implements the handlers, and the compiler names each missing one.`,
    );
  }

  #registered(): HandlersView {
    return this.#withHandlers(
      "Service",
      `Handles the messages of ${this.#name} as ${this.#base}Reactor does, on its own port, which clients find by name.`,
    );
  }

  #withHandlers(suffix: string, purpose: string): HandlersView {
    return {
      ...this.#documented(suffix, purpose),
      definition: this.#definition,
      handlers: this.#handlers,
    };
  }

  /** The handlers, which the reactor and the service share. */
  get #handlers(): HandlersView["handlers"] {
    this.#handlerViews ??= this.#rpcs.map((rpc) => ({
      name: rpc.handler,
      docs: handlerDocs(rpc),
      ...this.#messagesOf(rpc),
      ...streamsOf(rpc.desc),
    }));
    return this.#handlerViews;
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
    return [...new Set(rpcs.map(({ desc }) => this.#messages.of(desc.input)))];
  }

  #messagesOf({ desc, published }: Rpc): RpcMessages {
    return {
      request: this.#messages.of(desc.input),
      response: published ? undefined : this.#messages.of(desc.output),
    };
  }
}

function streamsOf({ proto }: DescMethod): Streams {
  return { takesStream: proto.clientStreaming, yields: proto.serverStreaming };
}

const calls = {
  unary: { kind: undefined, call: "callUnary" },
  server_streaming: { kind: "serverStream", call: "callServerStream" },
  client_streaming: { kind: "clientStream", call: "callClientStream" },
  bidi_streaming: { kind: "bidiStream", call: "callBidiStream" },
} as const;

const idempotencies = {
  [MethodOptions_IdempotencyLevel.IDEMPOTENCY_UNKNOWN]: undefined,
  [MethodOptions_IdempotencyLevel.NO_SIDE_EFFECTS]: "NO_SIDE_EFFECTS",
  [MethodOptions_IdempotencyLevel.IDEMPOTENT]: "IDEMPOTENT",
} as const;
