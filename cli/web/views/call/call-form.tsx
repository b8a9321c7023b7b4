import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import type {
  CallLine,
  InstanceInfo,
  RpcInfo,
  SchemaShape,
} from "../../../src/monitor/protocol.js";
import { shortName } from "../../state/format.js";
import { RequestEditor } from "./request-editor.js";
import { ResponsePane } from "./response-pane.js";
import { send } from "./send.js";

/** The request, the button, and the answer. */
export function CallForm({
  instance,
  rpc,
  schema,
}: {
  readonly instance: InstanceInfo;
  readonly rpc: RpcInfo;
  readonly schema: SchemaShape;
}): JSX.Element {
  const messages = useSignal<readonly unknown[]>([{}]);
  const invalid = useSignal("");
  const seconds = useSignal("");
  const lines = useSignal<readonly CallLine[]>([]);
  const running = useRef<AbortController>(undefined);
  const isRunning = useSignal(false);
  useEffect(() => () => running.current?.abort(), []);

  const call = async (): Promise<void> => {
    if (isRunning.value || invalid.value !== "") return;
    const controller = new AbortController();
    running.current = controller;
    isRunning.value = true;
    lines.value = [];
    const timeoutMs = Math.max(0, Number(seconds.value) || 0) * 1_000;
    const request = {
      key: instance.key,
      path: rpc.path,
      messages: messages.value,
      timeoutMs,
      headers: {},
    };
    await send(request, controller.signal, (line) => {
      lines.value = [...lines.value, line];
    });
    isRunning.value = false;
  };
  const begin = (): void => {
    call().catch((error: Error) => {
      isRunning.value = false;
      const { message } = error;
      lines.value = [
        ...lines.value,
        { type: "error", code: "MONITOR", message, hint: "", details: [], ms: 0 },
      ];
    });
  };
  return (
    <div class="call">
      <form
        class="card request"
        aria-labelledby="request"
        onSubmit={(event) => {
          event.preventDefault();
          begin();
        }}
        onKeyDown={(event) => {
          if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
          event.preventDefault();
          begin();
        }}
      >
        <h2 id="request">
          Request{" "}
          <small>
            {rpc.clientStreaming ? "a stream of " : ""}
            {shortName(rpc.request)}
          </small>
        </h2>
        <RequestEditor schema={schema} rpc={rpc} messages={messages} invalid={invalid} />
        <div class="send">
          <label class="field short">
            <span>Time limit, in seconds</span>
            <input
              type="text"
              inputMode="decimal"
              placeholder={rpc.clientStreaming || rpc.serverStreaming ? "none" : "10"}
              value={seconds.value}
              onInput={(event) => {
                seconds.value = event.currentTarget.value;
              }}
            />
          </label>
          {/* Two buttons, not one that changes: a click that cancels must not submit the form. */}
          {isRunning.value ? (
            <button key="cancel" type="button" onClick={() => running.current?.abort()}>
              Cancel the call
            </button>
          ) : (
            <button key="call" type="submit" class="primary" disabled={invalid.value !== ""}>
              Call {shortName(rpc.path.replace("/", "."))} <kbd>Ctrl ⏎</kbd>
            </button>
          )}
        </div>
      </form>
      <ResponsePane lines={lines.value} isRunning={isRunning.value} rpc={rpc} />
    </div>
  );
}
