// Where the project is published. The top package.json is the one place that says so; what the packages say follows from it.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../run.mjs";

/** The repository's address for a browser, such as `https://github.com/owner/name`. */
export const home = readHome();

/** Where a page or a file of the main branch is shown. @param {string} path */
export function pageOf(path) {
  return `${home}/blob/main/${path}`;
}

/**
 * What a package's package.json says of where it comes from.
 *
 * @param {string} directory the package's folder in the repository
 */
export function linksOf(directory) {
  return {
    homepage: `${home}/tree/main/${directory}#readme`,
    bugs: `${home}/issues`,
    repository: { type: "git", url: `git+${home}.git`, directory },
  };
}

function readHome() {
  /** @type {{ repository: { url: string } }} */
  const { repository } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  const [, url] = /^git\+(https:\/\/.*)\.git$/.exec(repository.url) ?? [];
  if (url === undefined) {
    throw new Error(`package.json: repository.url is ${repository.url}, not git+https://….git.`);
  }
  return url;
}
