/** The layers that log, each with a level of its own. */
export type LogLayer = "connection" | "messaging" | "registry" | "service";

/** How much is logged; each level includes those before it. */
export type LogLevel = "silent" | "error" | "warn" | "info" | "debug";

/** The destination of the log: a pino logger, or any object with these four methods. */
export interface Logger {
  /** Something was lost or failed. */
  error(details: object, message: string): void;
  /** Something is wrong and went on all the same. */
  warn(details: object, message: string): void;
  /** Rare events of normal operation. */
  info(details: object, message: string): void;
  /** Every change of a socket's state. */
  debug(details: object, message: string): void;
}

const LEVELS: readonly LogLevel[] = ["silent", "error", "warn", "info", "debug"];
const LAYERS: readonly LogLayer[] = ["connection", "messaging", "registry", "service"];

/** Writes a line a record to standard error, where it cannot mix with a program's own output. */
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
 * Sends the log somewhere else, or back to standard error when called without a logger. Which
 * records are made is decided by {@link setLogLevel}, and after that by the logger's own level.
 */
export function setLogger(logger?: Logger): void {
  current = logger ?? stderrLogger;
}

/**
 * Sets the level of one layer, or of all. At the start it is what the environment variable
 * `DIVIDERE_LOG` says, either one level for all (`debug`) or one a layer
 * (`connection=debug,messaging=warn`); `error` where it says nothing.
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
 * Whether a record of that layer and level would be logged; asked before a costly record is put
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
  if (logEnabled(layer, level)) current[level]({ layer, ...details }, message);
}
