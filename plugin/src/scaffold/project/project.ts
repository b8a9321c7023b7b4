import {
  type Dirent,
  existsSync,
  readdirSync,
  readFileSync,
  realpathSync,
  statSync,
} from "node:fs";
import { dirname, join, relative, resolve, sep } from "node:path";
import { Project as MorphProject, type SourceFile, ts } from "ts-morph";
import { ScaffoldError } from "../command/failure.js";

/**
 * The source files that are looked at, read and parsed once each. Nothing is type-checked: where a name leads is found
 * by following imports, so neither installed packages nor a project that compiles are needed.
 */
export class Project {
  /** Where the command runs; paths are shown from here. */
  readonly cwd: string;
  readonly #morph = new MorphProject({
    skipAddingFilesFromTsConfig: true,
    skipFileDependencyResolution: true,
    skipLoadingLibFiles: true,
    // It parses what it is given, and looks for nothing itself.
    useInMemoryFileSystem: true,
  });
  readonly #parsed = new Map<string, SourceFile>();
  readonly #paths = new Map<SourceFile, string>();
  readonly #texts = new Map<string, string>();
  readonly #settings = new Map<string, readonly ts.CompilerOptions[]>();

  constructor(cwd: string) {
    this.cwd = realpathSync(cwd);
  }

  /** The path as it is shown to people: from the current folder, with slashes. */
  show(file: string): string {
    const path = relative(this.cwd, file);
    return (path === "" ? "." : path).split(sep).join("/");
  }

  /** The folder of the nearest package.json; the current folder when there is none. */
  packageOf(path: string): string {
    return nearest(path, "package.json") ?? this.cwd;
  }

  /** Every file of a kind in a folder, apart from what is installed and what is hidden. */
  files(folder: string, kind: (name: string) => boolean): string[] {
    return entries(folder).flatMap((entry) => {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) {
        return entry.name === "node_modules" || entry.name.startsWith(".")
          ? []
          : this.files(path, kind);
      }
      return entry.isFile() && kind(entry.name) ? [path] : [];
    });
  }

  /** The text of a file as it is on disk, with line ends and byte order mark. */
  text(file: string): string {
    let text = this.#texts.get(file);
    if (text === undefined) {
      text = readFileSync(file, "utf8");
      this.#texts.set(file, text);
    }
    return text;
  }

  /** A file, parsed. */
  parse(file: string): SourceFile {
    return this.#parsed.get(file) ?? this.#add(file, this.text(file).replace(/^\uFEFF/, ""));
  }

  /** A file that is still to be written. */
  empty(file: string): SourceFile {
    return this.#add(file, "");
  }

  /** The file that was parsed, as this system writes paths. */
  pathOf(source: SourceFile): string {
    return this.#paths.get(source) ?? source.getFilePath();
  }

  /** The file that an import leads to; undefined when it leads to none. */
  resolve(specifier: string, from: string): string | undefined {
    for (const options of this.#settingsFor(from)) {
      const found = ts.resolveModuleName(specifier, from, options, ts.sys).resolvedModule;
      if (found !== undefined) return realpathSync(found.resolvedFileName);
    }
    return undefined;
  }

  /** Whether the compiler refuses parameters that are not used, where this file is. */
  refusesUnusedParameters(file: string): boolean {
    return this.#settingsFor(file).some((options) => options.noUnusedParameters === true);
  }

  #add(file: string, text: string): SourceFile {
    const source = this.#morph.createSourceFile(file, text, { overwrite: true });
    this.#parsed.set(file, source);
    this.#paths.set(source, file);
    return source;
  }

  /** The settings of the nearest tsconfig.json, and of those that it refers to. */
  #settingsFor(file: string): readonly ts.CompilerOptions[] {
    const folder = dirname(file);
    let settings = this.#settings.get(folder);
    if (settings === undefined) {
      const config = nearest(folder, "tsconfig.json");
      settings = config === undefined ? [lenient({})] : readSettings(join(config, "tsconfig.json"));
      this.#settings.set(folder, settings);
    }
    return settings;
  }
}

/** Whether a file is TypeScript that somebody wrote or generated, not one that a compiler declared. */
export function isSource(name: string): boolean {
  return /\.[cm]?tsx?$/.test(name) && !isDeclaration(name);
}

/** Whether a file declares what is implemented elsewhere. */
export function isDeclaration(name: string): boolean {
  return /\.d\.[cm]?ts$/.test(name);
}

/** What `path` names, with symbolic links followed. @throws ScaffoldError when there is nothing. */
export function existing(cwd: string, path: string): { path: string; isFolder: boolean } {
  const full = resolve(cwd, path);
  if (!existsSync(full)) throw new ScaffoldError(`There is no file or folder ${path}.`);
  const real = realpathSync(full);
  return { path: real, isFolder: statSync(real).isDirectory() };
}

function entries(folder: string): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch {
    // A folder that may not be read has nothing for us.
    return [];
  }
}

/** The nearest folder upwards that has such a file. */
function nearest(path: string, name: string): string | undefined {
  for (let folder = path; ; folder = dirname(folder)) {
    if (existsSync(join(folder, name))) return folder;
    if (folder === dirname(folder)) return undefined;
  }
}

function readSettings(config: string, seen = new Set<string>()): readonly ts.CompilerOptions[] {
  if (seen.has(config) || !existsSync(config)) return [];
  seen.add(config);
  // A mistake in it is the compiler's to report; what can be read is enough to find files.
  const { config: json } = ts.readConfigFile(config, ts.sys.readFile);
  const host: ts.ParseConfigHost = { ...ts.sys, readDirectory: () => [] };
  const parsed = ts.parseJsonConfigFileContent(json ?? {}, host, dirname(config));
  const referred = (parsed.projectReferences ?? []).flatMap(({ path }) =>
    readSettings(path.endsWith(".json") ? path : join(path, "tsconfig.json"), seen),
  );
  return [lenient(parsed.options), ...referred];
}

/** Settings that find a file whichever way an import is spelt. */
function lenient(options: ts.CompilerOptions): ts.CompilerOptions {
  return {
    ...options,
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    allowImportingTsExtensions: true,
  };
}
