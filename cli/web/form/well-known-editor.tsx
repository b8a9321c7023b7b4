import { useSignal } from "@preact/signals";
import type { JSX } from "preact";

/** Edits a type of google.protobuf in its own JSON form: JSON, or text without quotation marks. */
export function WellKnownEditor({
  label,
  example,
  value,
  onChange,
}: {
  readonly label: string;
  readonly example: unknown;
  readonly value: unknown;
  readonly onChange: (value: unknown) => void;
}): JSX.Element {
  const text = useSignal(
    value === undefined ? "" : typeof value === "string" ? value : JSON.stringify(value),
  );
  return (
    <label class="field">
      <span>{label}</span>
      <input
        type="text"
        spellcheck={false}
        placeholder={typeof example === "string" ? example : JSON.stringify(example)}
        value={text.value}
        onInput={(event) => {
          text.value = event.currentTarget.value;
          onChange(parsed(text.value));
        }}
      />
    </label>
  );
}

function parsed(text: string): unknown {
  if (text.trim() === "") return undefined;
  try {
    return JSON.parse(text);
  } catch {
    // A time such as 2026-01-31T12:00:00Z is a text.
    return text;
  }
}
