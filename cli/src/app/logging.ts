import { type LogLevel, setLogLevel } from "dividere/connection";

/** Sets the level of the runtime's log on standard error, unless `DIVIDERE_LOG` sets it. */
export function logFrom(level: LogLevel): void {
  if (process.env["DIVIDERE_LOG"] === undefined) setLogLevel(level);
}
