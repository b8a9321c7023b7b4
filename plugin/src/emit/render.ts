import type { GeneratedFile } from "@bufbuild/protoplugin";
import { TemplateHelpers } from "./helpers.js";
import { templates } from "./templates.js";
import type { FileView } from "./view.js";

/** Renders the templates with a view into a file. Writes nothing for a view without classes. */
export function render(view: FileView, file: GeneratedFile, path: string): void {
  const helpers = new TemplateHelpers(file, path, messageNames(view));
  const text = templates["file"]?.(view, { helpers: helpers.all(), partials: templates }).trim();
  if (text) helpers.print(text);
}

function messageNames({ services }: FileView): Set<string> {
  const messages = services.flatMap(({ definition, publisher, subscriber }) => [
    ...(definition?.rpcs.flatMap(({ request, response }) => [request, response]) ?? []),
    ...(publisher?.events ?? []),
    ...(subscriber?.events ?? []),
  ]);
  return new Set(messages.flatMap((message) => (message === undefined ? [] : [message.type.name])));
}
