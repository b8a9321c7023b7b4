import type { GeneratedFile } from "@bufbuild/protoplugin";
import { TemplateHelpers } from "./helpers.js";
import { templates } from "./templates.js";
import type { FileView, Import } from "./view.js";

/** Writes what a view says: header, imports, and the lines of the templates. */
export function render(view: FileView, file: GeneratedFile): void {
  const helpers = new TemplateHelpers(
    file,
    view.path,
    new Set(importsOf(view).map(({ name }) => name)),
  );
  file.preamble(view.source);
  helpers.print(
    templates["file"]?.(view, { helpers: helpers.all(), partials: templates }).trimEnd() ?? "",
  );
}

function importsOf({ services }: FileView): Import[] {
  return services.flatMap(({ rpcs }) =>
    rpcs.flatMap(({ request, response }) =>
      response === undefined ? [request] : [request, response],
    ),
  );
}
