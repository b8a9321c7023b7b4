import { create } from "@bufbuild/protobuf";
import { CodeGeneratorResponse_FileSchema } from "@bufbuild/protobuf/wkt";
import { createEcmaScriptPlugin, type Plugin, type Schema } from "@bufbuild/protoplugin";
import { descriptorFile } from "./emit/descriptors.js";
import { render } from "./emit/render.js";
import { tidyImports } from "./emit/tidy-imports.js";
import { outputPath, viewFile } from "./emit/view.js";
import { checkMessages, messagesFor } from "./messages/message-code.js";
import { templateMistakes } from "./messages/options/template.js";
import { maximumEdition, minimumEdition, refusal } from "./refusal.js";
import { Mistakes, SchemaError } from "./schema/mistakes.js";
import { type Parameters, parseParameters } from "./schema/parameters.js";
import { version } from "./version.js";

/** The version of what generated code and the runtime agree on: `CONTRACT` in runtime/src/codegen/contract.ts. */
const contract = 1;

/** The plugin as protoc runs it: it reads a request and writes a response. The response reports mistakes in the schema or the parameters. */
export const plugin: Plugin = {
  name: "protoc-gen-dividere",
  version: `v${version}`,
  run(request) {
    try {
      const parameters = parseParameters(request.parameter);
      const response = generator(parameters).run(request);
      for (const file of response.file) {
        file.content = tidyImports(file.content);
      }
      if (parameters.descriptors) {
        const { name, content } = descriptorFile(request.protoFile, request.fileToGenerate);
        response.file.push(create(CodeGeneratorResponse_FileSchema, { name, content }));
      }
      return response;
    } catch (error) {
      if (error instanceof SchemaError) {
        return refusal(error.message);
      }
      throw error;
    }
  },
};

function generator(parameters: Parameters): Plugin {
  return createEcmaScriptPlugin({
    name: plugin.name,
    version: plugin.version,
    minimumEdition,
    maximumEdition,
    // These settings override protoplugin's own reading of the parameters.
    parseOptions: () => ({ targets: ["ts" as const], importExtension: parameters.importExtension }),
    generateTs: (schema) => generate(schema, parameters),
  });
}

function generate(schema: Schema, parameters: Parameters): void {
  const files = schema.files.filter((file) => file.services.length > 0);
  const ofMessages = new Mistakes();
  checkMessages(
    files.flatMap((file) => file.services),
    parameters,
    ofMessages,
  );
  const mistakes = new Mistakes();
  for (const source of files) {
    const path = outputPath(source, parameters);
    const file = schema.generateFile(path);
    const messages = messagesFor(file, path, parameters);
    const view = viewFile(source, parameters, messages, mistakes);
    // After a mistake nothing is written. A view that is not kept costs the garbage collector less.
    if (mistakes.found || ofMessages.found) continue;
    file.preamble(source);
    // A file that is left empty is not written.
    if (view.services.some((service) => Object.values(service).some(Boolean))) {
      const check = file.import("checkContract", "dividere/codegen");
      file.print(check, "(", file.string(source.proto.name), ", ", contract, ");");
      file.print();
    }
    render(view, file, path);
  }
  mistakes.append(ofMessages);
  mistakes.throwIfAny();
}

/** Returns the plugin, which first checks the options of ts-proto in a folder's buf.gen.yaml. */
export function pluginIn(folder: string): Plugin {
  return {
    ...plugin,
    run(request) {
      const mistakes = templateMistakes(folder);
      return mistakes.length > 0 ? refusal(mistakes.join("\n")) : plugin.run(request);
    },
  };
}
