/** The layers that log, each at its own level. */
export type LogLayer = "connection" | "messaging" | "registry" | "service";

/** The levels of the log; each level includes those before it. */
export type LogLevel = "silent" | "error" | "warn" | "info" | "debug";

/** The destination of the log: a pino logger, or any object with these four methods. */
export interface Logger {
  /** Logs a failure or a lost message. */
  error(details: object, message: string): void;
  /** Logs a problem that did not stop the work. */
  warn(details: object, message: string): void;
  /** Logs a rare event of normal operation. */
  info(details: object, message: string): void;
  /** Logs a change of a socket's state. */
  debug(details: object, message: string): void;
}

const LEVELS: readonly LogLevel[] = ["silent", "error", "warn", "info", "debug"];
const LAYERS: readonly LogLayer[] = ["connection", "messaging", "registry", "service"];

/** Writes one line for each record to standard error, apart from a program's own output. */
const stderrLogger: Logger = {
  error: (details, message) => writeLine("error", details, message),
  warn: (details, message) => writeLine("warn", details, message),
  info: (details, message) => writeLine("info", details, message),
  debug: (details, message) => writeLine("debug", details, message),
};

function writeLine(level: LogLevel, details: object, message: string): void {
  const { layer, err, ...rest } = details as { layer?: string; err?: unknown };
  const extra = Object.keys(rest).length === 0 ? "" : ` ${JSON.stringify(rest)}`;
  const stack = err instanceof Error ? `\n${err.stack ?? err.message}` : "";
  process.stderr.write(`dividere ${layer ?? ""} ${level}: ${message}${extra}${stack}\n`);
}

let current: Logger = stderrLogger;
const levels = parseLevels(process.env["DIVIDERE_LOG"] ?? "");

/**
 * Sets the destination of the log; without a logger, standard error. {@link setLogLevel} decides which
 * records are made, and then the logger's own level.
 */
export function setLogger(logger?: Logger): void {
  current = logger ?? stderrLogger;
}

/**
 * Sets the level of one layer, or of all layers. The environment variable `DIVIDERE_LOG` sets the
 * initial level, either for all layers (`debug`) or for each (`connection=debug,messaging=warn`); the
 * default is `error`.
 */
export function setLogLevel(level: LogLevel, layer?: LogLayer): void {
  for (const each of layer === undefined ? LAYERS : [layer]) levels[each] = LEVELS.indexOf(level);
}

function parseLevels(text: string): Record<LogLayer, number> {
  const parsed = { connection: 1, messaging: 1, registry: 1, service: 1 };
  for (const part of text.split(",").filter((each) => each.trim() !== "")) {
    const [left = "", right] = part.split("=").map((each) => each.trim());
    const level = LEVELS.indexOf((right ?? left) as LogLevel);
    const layers = right === undefined ? LAYERS : LAYERS.filter((layer) => layer === left);
    if (level < 0 || layers.length === 0) {
      process.stderr.write(
        `dividere: DIVIDERE_LOG has "${part.trim()}"; write a level (${LEVELS.join(", ")}) or layer=level (${LAYERS.join(", ")})\n`,
      );
      continue;
    }
    for (const layer of layers) parsed[layer] = level;
  }
  return parsed;
}

/**
 * Whether a record of that layer and level would be logged; called before a costly record is put
 * together.
 */
export function logEnabled(layer: LogLayer, level: LogLevel): boolean {
  return levels[layer] >= LEVELS.indexOf(level);
}

/** Logs a record. */
export function log(
  layer: LogLayer,
  level: Exclude<LogLevel, "silent">,
  details: object,
  message: string,
): void {
  if (!logEnabled(layer, level)) return;
  try {
    current[level]({ layer, ...details }, message);
  } catch (error) {
    // What is logged is often a failure already, and must not become another one.
    if (current === stderrLogger) return;
    stderrLogger[level]({ layer, ...details }, message);
    stderrLogger.error({ layer, err: error }, "the logger threw");
  }
}
