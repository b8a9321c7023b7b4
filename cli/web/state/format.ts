/** Returns a rate with the digits that count: `0`, `0.4`, `12.5`, `1,204`. */
export function rate(value: number): string {
  if (value === 0) return "0";
  const digits = value >= 100 ? 0 : value >= 10 ? 1 : 2;
  return value.toLocaleString("en-US", {
    minimumFractionDigits: 0,
    maximumFractionDigits: digits,
  });
}

/** Returns an integer with separators: `12,345`. */
export function count(value: number): string {
  return value.toLocaleString("en-US", { maximumFractionDigits: 0 });
}

/** Returns milliseconds with their unit: `0.48 ms`, `1.2 s`; a dash without a value. */
export function milliseconds(value: number | null | undefined): string {
  if (value === null || value === undefined) return "–";
  if (value >= 1_000) return `${(value / 1_000).toFixed(value >= 10_000 ? 0 : 1)} s`;
  return `${value.toFixed(value >= 100 ? 0 : value >= 10 ? 1 : 2)} ms`;
}

/** Returns bytes with their unit: `84 MiB`; a dash for 0. */
export function bytes(value: number): string {
  if (value === 0) return "–";
  const units = ["B", "KiB", "MiB", "GiB", "TiB"];
  let rest = value;
  let unit = 0;
  while (rest >= 1_024 && unit < units.length - 1) {
    rest /= 1_024;
    unit++;
  }
  return `${rest.toFixed(unit === 0 || rest >= 100 ? 0 : 1)} ${units[unit]}`;
}

/** Returns the time between two moments in its greatest units: `3 d 4 h`, `12 s`. */
export function age(since: number, now: number): string {
  const seconds = Math.max(0, Math.floor((now - since) / 1_000));
  const days = Math.floor(seconds / 86_400);
  const hours = Math.floor(seconds / 3_600) % 24;
  const minutes = Math.floor(seconds / 60) % 60;
  if (days > 0) return `${days} d ${hours} h`;
  if (hours > 0) return `${hours} h ${minutes} min`;
  return minutes > 0 ? `${minutes} min` : `${seconds} s`;
}

/** Returns the time of the day: `10:32:05`, with milliseconds on request. */
export function clock(time: number, withMs = false): string {
  const date = new Date(time);
  const two = (value: number): string => String(value).padStart(2, "0");
  const text = [date.getHours(), date.getMinutes(), date.getSeconds()].map(two).join(":");
  return withMs ? `${text}.${String(date.getMilliseconds()).padStart(3, "0")}` : text;
}

/** Returns the last part of a full name: `Msg01` of `greeter.v1.Msg01`. */
export function shortName(fullName: string): string {
  return fullName.slice(fullName.lastIndexOf(".") + 1);
}

/** Returns a service's short name and the rpc: `Greeter/Reverse` of `greeter.v1.Greeter/Reverse`. */
export function shortPath(path: string): string {
  const slash = path.indexOf("/");
  return slash < 0 ? shortName(path) : shortName(path.slice(0, slash)) + path.slice(slash);
}
