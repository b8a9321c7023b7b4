import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import type { FieldShape } from "../../src/monitor/protocol.js";
import { type JsonObject, withField } from "./value.js";

/** Edits a oneof: a choice of the field, and its value. */
export function OneofEditor({
  name,
  fields,
  value,
  onChange,
  edit,
}: {
  readonly name: string;
  readonly fields: readonly FieldShape[];
  readonly value: JsonObject;
  readonly onChange: (value: unknown) => void;
  readonly edit: (
    field: FieldShape,
    value: unknown,
    onChange: (value: unknown) => void,
  ) => JSX.Element;
}): JSX.Element {
  const chosen = useSignal(fields.find((field) => value[field.name] !== undefined)?.name ?? "");
  const field = fields.find((each) => each.name === chosen.value);
  const choose = (next: string): void => {
    chosen.value = next;
    let rest = value;
    for (const each of fields) rest = withField(rest, each.name, undefined);
    onChange(rest);
  };
  return (
    <fieldset>
      <legend>
        {name} <small class="muted">one of</small>
      </legend>
      <label class="field">
        <span>Field of {name}</span>
        <select value={chosen.value} onChange={(event) => choose(event.currentTarget.value)}>
          <option value="">none</option>
          {fields.map((each) => (
            <option key={each.name} value={each.name}>
              {each.name}
            </option>
          ))}
        </select>
      </label>
      {field !== undefined &&
        edit(field, value[field.name], (changed) =>
          onChange(withField(value, field.name, changed)),
        )}
    </fieldset>
  );
}
