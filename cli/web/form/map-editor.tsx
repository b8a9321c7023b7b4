import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { asObject, type Edit } from "./value.js";

/** Edits the entries of a map. While two entries have the same key, the last counts. */
export function MapEditor({
  name,
  keyType,
  blank,
  value,
  onChange,
  edit,
}: {
  readonly name: string;
  readonly keyType: string;
  /** The value of a new entry. */
  readonly blank: unknown;
  readonly value: unknown;
  readonly onChange: (value: unknown) => void;
  readonly edit: Edit;
}): JSX.Element {
  const rows = useSignal<readonly (readonly [string, unknown])[]>(Object.entries(asObject(value)));
  const change = (changed: readonly (readonly [string, unknown])[]): void => {
    rows.value = changed;
    onChange(changed.length === 0 ? undefined : Object.fromEntries(changed));
  };
  return (
    <fieldset>
      <legend>
        {name} <small class="muted">map by {keyType}</small>
      </legend>
      {rows.value.map(([key, each], at) => (
        <div class="item" key={at}>
          <label class="field">
            <span>
              Key {at + 1} of {name}
            </span>
            <input
              type="text"
              value={key}
              onInput={(event) => change(rows.value.with(at, [event.currentTarget.value, each]))}
            />
          </label>
          {edit(`Value ${at + 1} of ${name}`, each, (changed) =>
            change(rows.value.with(at, [key, changed ?? blank])),
          )}
          <button
            type="button"
            class="small"
            aria-label={`Remove entry ${at + 1} of ${name}`}
            onClick={() => change(rows.value.filter((_, index) => index !== at))}
          >
            Remove
          </button>
        </div>
      ))}
      <button type="button" class="small" onClick={() => change([...rows.value, ["", blank]])}>
        Add to {name}
      </button>
    </fieldset>
  );
}
