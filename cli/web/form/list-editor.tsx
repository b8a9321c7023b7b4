import type { JSX } from "preact";
import type { Edit } from "./value.js";

/** Edits the items of a repeated field. */
export function ListEditor({
  name,
  blank,
  value,
  onChange,
  edit,
}: {
  readonly name: string;
  /** The value of a new item. */
  readonly blank: unknown;
  readonly value: unknown;
  readonly onChange: (value: unknown) => void;
  readonly edit: Edit;
}): JSX.Element {
  const items: readonly unknown[] = Array.isArray(value) ? value : [];
  const change = (changed: readonly unknown[]): void =>
    onChange(changed.length === 0 ? undefined : changed);
  return (
    <fieldset>
      <legend>
        {name} <small class="muted">list</small>
      </legend>
      {items.map((item, at) => (
        // The items have no names but their places.
        <div class="item" key={at}>
          {edit(`${name} ${at + 1}`, item, (changed) => change(items.with(at, changed ?? blank)))}
          <button
            type="button"
            class="small"
            aria-label={`Remove ${name} ${at + 1}`}
            onClick={() => change(items.filter((_, index) => index !== at))}
          >
            Remove
          </button>
        </div>
      ))}
      <button type="button" class="small" onClick={() => change([...items, blank])}>
        Add to {name}
      </button>
    </fieldset>
  );
}
