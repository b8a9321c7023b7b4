import { type Signal, useSignal } from "@preact/signals";
import type { JSX } from "preact";
import type { RpcInfo, SchemaShape } from "../../../src/monitor/protocol.js";
import { MessageEditor } from "../../form/message-editor.js";

/** Edits the requests: one, or several of a stream, as a form or as JSON. */
export function RequestEditor({
  schema,
  rpc,
  messages,
  invalid,
}: {
  readonly schema: SchemaShape;
  readonly rpc: RpcInfo;
  readonly messages: Signal<readonly unknown[]>;
  /** Why the JSON cannot be sent; empty if it can. */
  readonly invalid: Signal<string>;
}): JSX.Element {
  const mode = useSignal<"form" | "json">("form");
  const text = useSignal("");
  const show = (next: "form" | "json"): void => {
    const shown = rpc.clientStreaming ? messages.value : (messages.value[0] ?? {});
    if (next === "json") text.value = JSON.stringify(shown, null, 2);
    invalid.value = "";
    mode.value = next;
  };
  return (
    <>
      <fieldset class="modes">
        <legend class="quiet">Write the request as</legend>
        {(["form", "json"] as const).map((each) => (
          <label key={each}>
            <input
              type="radio"
              name="mode"
              checked={mode.value === each}
              onChange={() => show(each)}
            />
            <span>{each === "form" ? "Form" : "JSON"}</span>
          </label>
        ))}
      </fieldset>
      {mode.value === "form" ? (
        <Forms schema={schema} rpc={rpc} messages={messages} />
      ) : (
        <label class="field">
          <span>{rpc.clientStreaming ? "A list of requests as JSON" : "The request as JSON"}</span>
          <textarea
            rows={10}
            spellcheck={false}
            value={text.value}
            aria-invalid={invalid.value !== ""}
            aria-describedby="json-problem"
            onInput={(event) => {
              text.value = event.currentTarget.value;
              read(text.value, rpc, messages, invalid);
            }}
          />
          <small id="json-problem" class="bad-text" role="status">
            {invalid.value}
          </small>
        </label>
      )}
    </>
  );
}

function read(
  text: string,
  rpc: RpcInfo,
  messages: Signal<readonly unknown[]>,
  invalid: Signal<string>,
): void {
  try {
    const value: unknown = JSON.parse(text);
    if (rpc.clientStreaming && !Array.isArray(value)) throw new Error("A stream is a list: [ … ]");
    messages.value = rpc.clientStreaming ? (value as unknown[]) : [value];
    invalid.value = "";
  } catch (error) {
    invalid.value = (error as Error).message;
  }
}

function Forms({
  schema,
  rpc,
  messages,
}: {
  readonly schema: SchemaShape;
  readonly rpc: RpcInfo;
  readonly messages: Signal<readonly unknown[]>;
}): JSX.Element {
  const all = messages.value;
  const editor = (at: number): JSX.Element => (
    <MessageEditor
      schema={schema}
      type={rpc.request}
      value={all[at]}
      onChange={(changed) => {
        messages.value = messages.value.with(at, changed ?? {});
      }}
    />
  );
  if (!rpc.clientStreaming) return editor(0);
  return (
    <>
      {all.map((_, at) => (
        <fieldset key={at}>
          <legend>Message {at + 1}</legend>
          {editor(at)}
          <button
            type="button"
            class="small"
            onClick={() => {
              messages.value = all.filter((_each, index) => index !== at);
            }}
          >
            Remove message {at + 1}
          </button>
        </fieldset>
      ))}
      <button
        type="button"
        class="small"
        onClick={() => {
          messages.value = [...all, {}];
        }}
      >
        Add a message
      </button>
    </>
  );
}
