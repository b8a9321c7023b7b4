import type { JSX } from "preact";
import type { FieldShape, SchemaShape } from "../../src/monitor/protocol.js";
import { shortName } from "../state/format.js";
import { ListEditor } from "./list-editor.js";
import { MapEditor } from "./map-editor.js";
import { OneofEditor } from "./oneof-editor.js";
import { ScalarEditor } from "./scalar-editor.js";
import { asObject, type EditorProps, withField } from "./value.js";
import { WellKnownEditor } from "./well-known-editor.js";

/** Edits a message: an input for each field. What is left empty is left out. */
export function MessageEditor({
  schema,
  type,
  value,
  onChange,
}: EditorProps & { readonly type: string }): JSX.Element {
  const shape = schema.messages[type];
  const object = asObject(value);
  if (shape === undefined) return <p class="muted">The schema has no {type}.</p>;
  if (shape.wellKnown) {
    return (
      <WellKnownEditor
        label={shortName(type)}
        example={shape.example}
        value={value}
        onChange={onChange}
      />
    );
  }
  if (shape.fields.length === 0) return <p class="muted">{shortName(type)} has no fields.</p>;
  const oneofs = [...new Set(shape.fields.flatMap(({ oneof }) => (oneof === "" ? [] : [oneof])))];
  return (
    <div class="fields">
      {shape.fields
        .filter(({ oneof }) => oneof === "")
        .map((field) => (
          <FieldEditor
            key={field.name}
            schema={schema}
            field={field}
            value={object[field.name]}
            onChange={(changed) => onChange(withField(object, field.name, changed))}
          />
        ))}
      {oneofs.map((oneof) => (
        <OneofEditor
          key={oneof}
          name={oneof}
          fields={shape.fields.filter((field) => field.oneof === oneof)}
          value={object}
          onChange={onChange}
          edit={(field, current, change) => (
            <FieldEditor schema={schema} field={field} value={current} onChange={change} />
          )}
        />
      ))}
    </div>
  );
}

/** Edits one field of a message. */
function FieldEditor({
  schema,
  field,
  value,
  onChange,
}: EditorProps & { readonly field: FieldShape }): JSX.Element {
  const { name, repeated, mapKey } = field;
  const single = { ...field, repeated: false, mapKey: "", oneof: "" };
  const edit = (label: string, current: unknown, change: (value: unknown) => void): JSX.Element => (
    <SingleEditor schema={schema} field={single} label={label} value={current} onChange={change} />
  );
  const common = { name, blank: blankOf(schema, field), value, onChange, edit };
  if (mapKey !== "") return <MapEditor keyType={mapKey} {...common} />;
  if (repeated) return <ListEditor {...common} />;
  return edit(name, value, onChange);
}

/** Returns the value with which an item of a list or a map begins. */
function blankOf(schema: SchemaShape, { kind, type }: FieldShape): unknown {
  if (kind === "message") return schema.messages[type]?.wellKnown === true ? "" : {};
  if (kind === "enum") return schema.enums[type]?.[0] ?? "";
  if (type === "bool") return false;
  if (type === "string" || type === "bytes") return "";
  return type.endsWith("64") ? "0" : 0;
}

/** Edits a field that has one value, or an item of a list or a map. */
function SingleEditor({
  schema,
  field,
  label,
  value,
  onChange,
}: EditorProps & { readonly field: FieldShape; readonly label: string }): JSX.Element {
  const { kind, type } = field;
  if (kind !== "message") {
    const names = schema.enums[type];
    return (
      <ScalarEditor label={label} type={type} names={names} value={value} onChange={onChange} />
    );
  }
  const shape = schema.messages[type];
  if (shape?.wellKnown === true) {
    return (
      <WellKnownEditor
        label={`${label} (${shortName(type)})`}
        example={shape.example}
        value={value}
        onChange={onChange}
      />
    );
  }
  if (value === undefined) {
    return (
      <div class="unset">
        <span>
          {label} <small class="muted">{shortName(type)}</small>
        </span>
        <button type="button" class="small" onClick={() => onChange({})}>
          Set {label}
        </button>
      </div>
    );
  }
  return (
    <fieldset>
      <legend>
        {label} <small class="muted">{shortName(type)}</small>
      </legend>
      <MessageEditor schema={schema} type={type} value={value} onChange={onChange} />
      <button type="button" class="small" onClick={() => onChange(undefined)}>
        Leave {label} out
      </button>
    </fieldset>
  );
}
