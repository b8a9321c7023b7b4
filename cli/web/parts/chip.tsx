import type { ComponentChildren, JSX } from "preact";
import type { InstanceInfo } from "../../src/monitor/protocol.js";

/** The meaning of a chip's colour. */
export type Tone = "good" | "warn" | "bad" | "calm" | "accent";

/** A short status. Its text says what its colour says. */
export function Chip({
  tone,
  title,
  children,
}: {
  readonly tone: Tone;
  readonly title?: string;
  readonly children: ComponentChildren;
}): JSX.Element {
  return (
    <span class={`chip ${tone}`} title={title}>
      <span class="dot" aria-hidden="true" />
      {children}
    </span>
  );
}

/** The status of an instance: the registry's view of its health, and the monitor's own. */
export function StatusChip({ instance }: { readonly instance: InstanceInfo }): JSX.Element {
  const [tone, text] = statusOf(instance);
  return (
    <Chip tone={tone} title={instance.reason}>
      {text}
    </Chip>
  );
}

/** Returns the colour and the text of an instance's status. */
export function statusOf({ state, health }: InstanceInfo): readonly [Tone, string] {
  if (health === "NOT_SERVING") return ["warn", "not serving"];
  switch (state) {
    case "up":
      return ["good", "up"];
    case "connecting":
      return ["calm", "connecting"];
    case "silent":
      return ["calm", "plain"];
    case "lost":
      return ["bad", "no answer"];
    case "refused":
      return ["bad", "refused"];
  }
}
