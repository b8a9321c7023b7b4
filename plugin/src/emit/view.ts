import type { DescFile } from "@bufbuild/protobuf";
import type { Adapter, Import, Messages } from "../messages/message-code.js";
import { classBases } from "../schema/class-names.js";
import type { Mistakes } from "../schema/mistakes.js";
import type { Parameters } from "../schema/parameters.js";
import { rpcsOf } from "../schema/rpcs.js";
import { embeddedSchema } from "./schema.js";
import type { ServiceView } from "./service-view.js";
import { ServiceViewer } from "./service-viewer.js";

/** The schema that a generated file has of its services: the text itself, or the descriptor of protobuf-es. */
export interface SchemaView {
  readonly text: string | undefined;
  readonly descriptor: Import | undefined;
}

/** The content of one generated file; the templates lay it out and decide nothing. */
export interface FileView {
  /** Undefined if the file has no definitions, or the user wants no schema. */
  readonly schema: SchemaView | undefined;
  /** The codecs that the file must define. */
  readonly adapters: readonly Adapter[];
  readonly services: readonly ServiceView[];
}

/** Returns the path of the file generated for a proto file, relative to the output directory. */
export function outputPath(file: DescFile, { suffix }: Parameters): string {
  return `${file.name}${suffix}.ts`;
}

/** Decides everything about the file generated for a proto file, and notes the mistakes that prevent its generation. */
export function viewFile(
  file: DescFile,
  { classes, reflection }: Parameters,
  messages: Messages,
  mistakes: Mistakes,
): FileView {
  const services = [...classBases(file.services)].map(([service, base]) =>
    new ServiceViewer(service, base, rpcsOf(service, mistakes), messages, classes).view(),
  );
  const described = reflection && services.some(({ definition }) => definition !== undefined);
  return {
    schema: described ? viewSchema(file, messages) : undefined,
    services,
    adapters: messages.adapters,
  };
}

function viewSchema(file: DescFile, messages: Messages): SchemaView {
  const descriptor = messages.descriptorOf(file);
  return { descriptor, text: descriptor === undefined ? embeddedSchema(file) : undefined };
}
