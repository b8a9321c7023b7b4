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
 * The source files of a project, each read and parsed once. Nothing is type-checked: names are resolved by following
 * imports, so the project need neither compile nor have its packages installed.
 */
export class Project {
  /** The folder in which the command runs; paths are shown relative to it. */
  readonly cwd: string;
  readonly #morph = new MorphProject({
    skipAddingFilesFromTsConfig: true,
    skipFileDependencyResolution: true,
    skipLoadingLibFiles: true,
    // The parser reads only the given files, and searches for no others.
    useInMemoryFileSystem: true,
  });
  readonly #parsed = new Map<string, SourceFile>();
  readonly #paths = new Map<SourceFile, string>();
  readonly #texts = new Map<string, string>();
  readonly #settings = new Map<string, readonly ts.CompilerOptions[]>();

  constructor(cwd: string) {
    this.cwd = realpathSync(cwd);
  }

  /** Returns a path for people: relative to the current folder, with slashes. */
  show(file: string): string {
    const path = relative(this.cwd, file);
    return (path === "" ? "." : path).split(sep).join("/");
  }

  /** Returns the folder of the nearest package.json, or the current folder if there is none. */
  packageOf(path: string): string {
    return nearest(path, "package.json") ?? this.cwd;
  }

  /** Returns every file of a kind in a folder, except installed and hidden files. */
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

  /** Returns the text of a file on disk, with its line ends and byte order mark. */
  text(file: string): string {
    let text = this.#texts.get(file);
    if (text === undefined) {
      text = readFileSync(file, "utf8");
      this.#texts.set(file, text);
    }
    return text;
  }

  /** Parses a file. */
  parse(file: string): SourceFile {
    return this.#parsed.get(file) ?? this.#add(file, this.text(file).replace(/^\uFEFF/, ""));
  }

  /** Adds a file that is not written yet. */
  empty(file: string): SourceFile {
    return this.#add(file, "");
  }

  /** Returns the path of a parsed file in the system's notation. */
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

  /** Whether the compiler refuses unused parameters in this file. */
  refusesUnusedParameters(file: string): boolean {
    return this.#settingsFor(file).some((options) => options.noUnusedParameters === true);
  }

  #add(file: string, text: string): SourceFile {
    const source = this.#morph.createSourceFile(file, text, { overwrite: true });
    this.#parsed.set(file, source);
    this.#paths.set(source, file);
    return source;
  }

  /** Returns the settings of the nearest tsconfig.json, and of those that it references. */
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

/** Whether a file is TypeScript source, hand-written or generated, and not a declaration file. */
export function isSource(name: string): boolean {
  return /\.[cm]?tsx?$/.test(name) && !isDeclaration(name);
}

/** Whether a file is a declaration file. */
export function isDeclaration(name: string): boolean {
  return /\.d\.[cm]?ts$/.test(name);
}

/** Resolves `path`, following symbolic links. @throws ScaffoldError when it does not exist. */
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
    // An unreadable folder counts as empty.
    return [];
  }
}

/** Returns the nearest folder upwards that has such a file. */
function nearest(path: string, name: string): string | undefined {
  for (let folder = path; ; folder = dirname(folder)) {
    if (existsSync(join(folder, name))) return folder;
    if (folder === dirname(folder)) return undefined;
  }
}

function readSettings(config: string, seen = new Set<string>()): readonly ts.CompilerOptions[] {
  if (seen.has(config) || !existsSync(config)) return [];
  seen.add(config);
  // The compiler reports mistakes in the file; the readable part is enough to find files.
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
