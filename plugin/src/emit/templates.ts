import { readdirSync, readFileSync } from "node:fs";
import Handlebars from "handlebars";

// A misspelt name in a template is an error, and nothing is escaped, because the output is not HTML.
const options = JSON.parse(
  readFileSync(new URL("./template-options.json", import.meta.url), "utf8"),
);
const folder = new URL("./templates/", import.meta.url);

/**
 * The templates by name. The bundle contains them compiled (build.mjs), so that a run neither reads nor parses them.
 */
export const templates: Readonly<Record<string, Handlebars.TemplateDelegate>> = Object.fromEntries(
  readdirSync(folder).map((file) => [
    file.replace(".hbs", ""),
    Handlebars.compile(readFileSync(new URL(file, folder), "utf8"), options),
  ]),
);
