import { create, setExtension } from "@bufbuild/protobuf";
import {
  type DescriptorProto,
  DescriptorProtoSchema,
  Edition,
  type EnumDescriptorProto,
  EnumDescriptorProtoSchema,
  EnumOptionsSchema,
  FeatureSet_EnumType,
  FeatureSet_FieldPresence,
  FeatureSetSchema,
  type FieldDescriptorProto,
  FieldDescriptorProto_Label,
  FieldDescriptorProto_Type,
  FieldDescriptorProtoSchema,
  type FileDescriptorProto,
  FileDescriptorProtoSchema,
  MessageOptionsSchema,
  MethodDescriptorProtoSchema,
  MethodOptionsSchema,
  OneofDescriptorProtoSchema,
  ServiceDescriptorProtoSchema,
  ServiceOptionsSchema,
  SourceCodeInfo_LocationSchema,
  SourceCodeInfoSchema,
} from "@bufbuild/protobuf/wkt";
import type fc from "fast-check";
import {
  message as messageOption,
  method as methodOption,
  Pattern,
  service as serviceOption,
} from "../../../plugin/src/gen/dividere/v1/options_pb.js";
import { addFeature } from "./features.js";
import { type FieldPlan, type FilePlan, type MessagePlan, plan } from "./plan.js";
import { claim, uniqueBy, uniqueNested } from "./unique.js";

const T = FieldDescriptorProto_Type;

/** A valid file with services, full of names that are trouble somewhere; it imports google/protobuf/empty.proto. */
export function randomFile(packageName: string): fc.Arbitrary<FileDescriptorProto> {
  return plan.map((planned) => new FileBuilder(packageName, planned).build());
}

class FileBuilder {
  readonly #package: string;
  readonly #plan: FilePlan;
  readonly #messages: string[] = [];
  readonly #enums: string[] = [];

  constructor(packageName: string, planned: FilePlan) {
    this.#package = packageName;
    this.#plan = planned;
  }

  build(): FileDescriptorProto {
    const { syntax, services, implicit } = this.#plan;
    // Everything at the top of a file shares one scope, the values of its enums too.
    const scope = new Set<string>();
    const enums = this.#plan.enums.filter((each) => claim(scope, each.name));
    const enumType = enums.map((each) => this.#enum(each, scope));
    const messages = this.#plan.messages.filter((each) => claim(scope, each.name));
    for (const each of messages) this.#collect(each, this.#package);
    const kept =
      this.#messages.length === 0 ? [] : services.filter((each) => claim(scope, each.name));
    return create(FileDescriptorProtoSchema, {
      name: `${this.#package.replaceAll(".", "/")}/a.proto`,
      package: this.#package,
      syntax: syntax === "proto2" ? "" : syntax,
      ...(syntax === "editions" && { edition: Edition.EDITION_2023 }),
      ...(syntax === "editions" &&
        implicit && {
          options: {
            features: create(FeatureSetSchema, {
              fieldPresence: FeatureSet_FieldPresence.IMPLICIT,
            }),
          },
        }),
      dependency: ["google/protobuf/empty.proto"],
      enumType,
      messageType: messages.map((each) => this.#message(each, this.#package)),
      service: kept.map((each) => this.#service(each)),
      sourceCodeInfo: this.#sourceInfo(kept),
    });
  }

  /** Names all messages before any field refers to one. */
  #collect(message: MessagePlan, scope: string): void {
    this.#messages.push(`.${scope}.${message.name}`);
    for (const nested of uniqueNested(message)) this.#collect(nested, `${scope}.${message.name}`);
  }

  #enum(
    { name, values, closed }: FilePlan["enums"][number],
    scope: Set<string>,
  ): EnumDescriptorProto {
    this.#enums.push(`.${this.#package}.${name}`);
    const zero = `${name.toUpperCase()}_ZERO_`;
    scope.add(zero);
    return create(EnumDescriptorProtoSchema, {
      name,
      value: [zero, ...values.filter((value) => claim(scope, value))].map((value, number) => ({
        name: value,
        number,
      })),
      ...(this.#plan.syntax === "editions" &&
        closed === 0 && {
          options: create(EnumOptionsSchema, {
            features: create(FeatureSetSchema, { enumType: FeatureSet_EnumType.CLOSED }),
          }),
        }),
    });
  }

  #message(message: MessagePlan, scope: string): DescriptorProto {
    const full = `${scope}.${message.name}`;
    const taken = new Set(message.nested.map(({ name }) => name));
    // Names of fields may not be alike in JSON.
    const fields = uniqueBy(message.fields, ({ name }) =>
      name.replaceAll("_", "").toLowerCase(),
    ).filter(({ name }) => !taken.has(name));
    const built = create(DescriptorProtoSchema, {
      name: message.name,
      nestedType: uniqueNested(message).map((each) => this.#message(each, full)),
    });
    // The members of a oneof, and after them one made up for each optional field.
    const isMember = ({ shape, kind }: FieldPlan) => shape === "oneof" && kind !== "map";
    // In a file they stand in one block.
    fields.sort((a, b) => Number(isMember(b)) - Number(isMember(a)));
    if (fields.some(isMember))
      built.oneofDecl.push(create(OneofDescriptorProtoSchema, { name: "choice_of_fields" }));
    for (const [i, each] of fields.entries())
      built.field.push(this.#field(each, i + 1, built, full));
    if (message.handler !== undefined) {
      built.options = create(MessageOptionsSchema);
      setExtension(built.options, messageOption, {
        $typeName: "dividere.v1.MessageOptions",
        handler: message.handler,
      });
    }
    return built;
  }

  #field(
    planned: FieldPlan,
    number: number,
    message: DescriptorProto,
    full: string,
  ): FieldDescriptorProto {
    const { name, pick, shape } = planned;
    const repeated = planned.kind === "map" || shape === "repeated";
    const built = create(FieldDescriptorProtoSchema, {
      name,
      number,
      jsonName: name,
      label: repeated ? FieldDescriptorProto_Label.REPEATED : FieldDescriptorProto_Label.OPTIONAL,
      ...this.#typeOf(planned),
    });
    if (planned.kind === "map") {
      const entry = `${name.charAt(0).toUpperCase()}${name.slice(1)}MapEntry${number}`;
      const of = { label: FieldDescriptorProto_Label.OPTIONAL };
      message.nestedType.push(
        create(DescriptorProtoSchema, {
          name: entry,
          options: create(MessageOptionsSchema, { mapEntry: true }),
          field: [
            { ...of, name: "key", number: 1, jsonName: "key", type: pick % 2 ? T.STRING : T.INT64 },
            {
              ...of,
              name: "value",
              number: 2,
              jsonName: "value",
              ...this.#typeOf({
                ...planned,
                kind: (["scalar", "message", "enum"] as const)[pick % 3] ?? "scalar",
              }),
            },
          ],
        }),
      );
      built.type = T.MESSAGE;
      built.typeName = `.${full}.${entry}`;
    } else if (shape === "oneof") {
      built.oneofIndex = 0;
    } else if (shape === "optional" && this.#plan.syntax === "proto3") {
      built.proto3Optional = true;
      built.oneofIndex = message.oneofDecl.length;
      message.oneofDecl.push(create(OneofDescriptorProtoSchema, { name: `_${name}_${number}` }));
    }
    if (this.#plan.syntax === "editions") addFeature(built, planned, shape);
    return built;
  }

  #typeOf({ kind, scalar, pick }: FieldPlan): {
    type: FieldDescriptorProto_Type;
    typeName?: string;
  } {
    const [names, type] = kind === "message" ? [this.#messages, T.MESSAGE] : [this.#enums, T.ENUM];
    return kind === "scalar" || kind === "map"
      ? { type: scalar }
      : { type, typeName: names[pick % names.length] ?? "" };
  }

  #service({ name, rpcs, registryName, handlers, deprecated }: FilePlan["services"][number]) {
    const options = create(ServiceOptionsSchema, { deprecated });
    if (registryName !== undefined)
      setExtension(options, serviceOption, {
        $typeName: "dividere.v1.ServiceOptions",
        name: registryName,
        handlers,
      });
    return create(ServiceDescriptorProtoSchema, {
      name,
      options,
      method: uniqueBy(rpcs, (rpc) => rpc.name).map((rpc) => {
        const { deprecated, idempotencyLevel, handler } = rpc;
        const options = create(MethodOptionsSchema, { deprecated, idempotencyLevel });
        setExtension(options, methodOption, {
          $typeName: "dividere.v1.MethodOptions",
          pattern: rpc.published ? Pattern.PUBLISH : Pattern.PATTERN_UNSPECIFIED,
          handler,
          default: rpc.isDefault === 0,
        });
        const empty = ".google.protobuf.Empty";
        const streams = rpc.published && rpc.isDefault < 8 ? 0 : rpc.streams;
        // Mostly what would be accepted, or nothing would ever be generated.
        const returnsEmpty = rpc.published ? rpc.returnsEmpty > 0 : rpc.returnsEmpty === 0;
        return create(MethodDescriptorProtoSchema, {
          name: rpc.name,
          inputType: this.#pick(rpc.input),
          outputType: returnsEmpty ? empty : this.#pick(rpc.output),
          // 1, 2, or both; of published ones few, as they would be refused.
          clientStreaming: streams === 1 || streams === 3,
          serverStreaming: streams === 2 || streams === 3,
          options,
        });
      }),
    });
  }

  #pick(index: number): string {
    return this.#messages[index % this.#messages.length] ?? "";
  }

  #sourceInfo(services: FilePlan["services"]) {
    const location = (path: number[], line: number, leadingComments: string | undefined) =>
      create(SourceCodeInfo_LocationSchema, {
        path,
        span: [line, 2, 9],
        ...(leadingComments !== undefined && { leadingComments }),
      });
    return create(SourceCodeInfoSchema, {
      location: services.flatMap((service, i) => [
        location([6, i], 10 * i, service.comment),
        ...uniqueBy(service.rpcs, (rpc) => rpc.name).map((rpc, j) =>
          location([6, i, 2, j], 10 * i + j + 1, rpc.comment),
        ),
      ]),
    });
  }
}
