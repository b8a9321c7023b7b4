import { readFile } from "node:fs/promises";
import { ExitCode } from "../../app/exit-codes.js";
import { CommandFailure } from "../../app/failure.js";

/** A file of the page. */
export interface Asset {
  readonly type: string;
  readonly body: Buffer;
}

/** The place of the token in index.html. */
const TOKEN_PLACE = "{{token}}";

/** The files of the page by their paths, and the types as which they are served. */
const FILES: Readonly<Record<string, readonly [file: string, type: string]>> = {
  "/": ["index.html", "text/html; charset=utf-8"],
  "/app.js": ["app.js", "text/javascript; charset=utf-8"],
  "/app.css": ["app.css", "text/css; charset=utf-8"],
  "/favicon.svg": ["favicon.svg", "image/svg+xml"],
};

/**
 * Reads the files of the page, which the build has put beside this program.
 *
 * @throws CommandFailure when they are missing.
 */
export async function loadAssets(token: string): Promise<ReadonlyMap<string, Asset>> {
  const folder = new URL("../../web/", import.meta.url);
  const loaded = Object.entries(FILES).map(async ([path, [file, type]]) => {
    const body = await readFile(new URL(file, folder));
    const filled = path === "/" ? Buffer.from(String(body).replace(TOKEN_PLACE, token)) : body;
    return [path, { type, body: filled }] as const;
  });
  try {
    return new Map(await Promise.all(loaded));
  } catch (cause) {
    throw new CommandFailure("FILE_NOT_FOUND", ExitCode.failed, "The monitor's page is missing", {
      cause,
      hint: "Install dividere-cli again; in a clone of the repository: npm run build",
    });
  }
}
