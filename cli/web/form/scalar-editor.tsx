import type { JSX } from "preact";

const WHOLE = /^(u|s)?int(32|64)$|^s?fixed(32|64)$/;
const LONG = /64$/;

/** Edits a text, a number, a truth value, bytes or an enum. */
export function ScalarEditor({
  label,
  type,
  names,
  value,
  onChange,
}: {
  readonly label: string;
  readonly type: string;
  /** The names of the values of an enum. */
  readonly names: readonly string[] | undefined;
  readonly value: unknown;
  readonly onChange: (value: unknown) => void;
}): JSX.Element {
  if (type === "bool" && names === undefined) {
    return (
      <label class="check">
        <input
          type="checkbox"
          checked={value === true}
          onChange={(event) => onChange(event.currentTarget.checked ? true : undefined)}
        />
        {label}
      </label>
    );
  }
  return (
    // biome-ignore lint/a11y/noLabelWithoutControl: the control is in either branch
    <label class="field">
      <span>
        {label} <small class="muted">{names === undefined ? hintOf(type) : "enum"}</small>
      </span>
      {names !== undefined ? (
        <select
          value={String(value ?? "")}
          onChange={(event) => onChange(event.currentTarget.value || undefined)}
        >
          <option value="">default</option>
          {names.map((name) => (
            <option key={name} value={name}>
              {name}
            </option>
          ))}
        </select>
      ) : (
        <input
          type="text"
          inputMode={WHOLE.test(type) ? "numeric" : type === "string" ? "text" : undefined}
          spellcheck={false}
          autocomplete="off"
          value={typeof value === "object" ? JSON.stringify(value) : String(value ?? "")}
          onInput={(event) => onChange(parsed(type, event.currentTarget.value))}
        />
      )}
    </label>
  );
}

function hintOf(type: string): string {
  return type === "bytes" ? "bytes, base64" : type;
}

/** Returns the JSON for what was typed; what is no number stays text, for the monitor to refuse. */
function parsed(type: string, text: string): unknown {
  if (text === "") return undefined;
  const isNumber = WHOLE.test(type) || type === "double" || type === "float";
  if (!isNumber || LONG.test(type)) return text;
  const number = Number(text);
  // "1." and "1e" are on the way to a number.
  return Number.isFinite(number) && String(number) === text ? number : text;
}
