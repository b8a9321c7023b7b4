/** Writes a number as people read it: `0.25`, `7.3`, `312`, `24.1 k`, `3.4 M`. */
export function shortNumber(value: number): string {
  const size = Math.abs(value);
  if (size >= 1e6) return `${trim(value / 1e6)} M`;
  if (size >= 1e4) return `${trim(value / 1e3)} k`;
  if (size >= 1e3) return Math.round(value).toLocaleString("en");
  return trim(value);
}

/** Three significant digits, without zeros at the end. */
function trim(value: number): string {
  if (Math.abs(value) >= 100) return String(Math.round(value));
  return String(Number(value.toPrecision(3)));
}

/** Writes a count of things or bytes along an axis: `16`, `1 k`, `64 Ki`, `1 Mi`. */
export function axisNumber(value: number): string {
  if (value >= 1 << 20 && value % (1 << 20) === 0) return `${value >> 20} Mi`;
  if (value >= 1 << 10 && value % (1 << 10) === 0) return `${value >> 10} Ki`;
  return value >= 1_000 && value % 1_000 === 0 ? `${value / 1_000} k` : String(value);
}
