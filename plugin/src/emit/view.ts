import type { DescFile } from "@bufbuild/protobuf";
import type { Adapter, Messages } from "../messages/message-code.js";
import { classBases } from "../schema/class-names.js";
import type { Mistakes } from "../schema/mistakes.js";
import type { Parameters } from "../schema/parameters.js";
import { rpcsOf } from "../schema/rpcs.js";
import type { ServiceView } from "./service-view.js";
import { ServiceViewer } from "./service-viewer.js";

/** The content of one generated file; the templates lay it out and decide nothing. */
export interface FileView {
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
  { classes }: Parameters,
  messages: Messages,
  mistakes: Mistakes,
): FileView {
  return {
    services: [...classBases(file.services)].map(([service, base]) =>
      new ServiceViewer(service, base, rpcsOf(service, mistakes), messages, classes).view(),
    ),
    adapters: messages.adapters,
  };
}
