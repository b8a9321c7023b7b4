import type { JSX } from "preact";

/** The parts of JSON text, each with a colour. */
const PARTS =
  /("(?:\\.|[^"\\])*")(\s*:)?|\b(?:true|false|null)\b|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;

/** The longest text that is coloured; longer text is shown plain. */
const LONGEST_COLOURED = 20_000;

/** JSON with indentation and colours. Everything in it is text, whatever it looks like. */
export function JsonView({
  value,
  label,
}: {
  readonly value: unknown;
  readonly label: string;
}): JSX.Element {
  const text = JSON.stringify(value, null, 2) ?? "";
  return (
    <section
      class="json"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: scrollable regions need the focus
      tabIndex={0}
      aria-label={label}
    >
      <pre>
        <code>{text.length > LONGEST_COLOURED ? text : coloured(text)}</code>
      </pre>
    </section>
  );
}

/** Returns a value as JSON in one line, cut off at a length. */
export function shortJson(value: unknown, longest: number): string {
  const text = JSON.stringify(value) ?? "";
  return text.length > longest ? `${text.slice(0, longest)}…` : text;
}

function coloured(text: string): readonly (string | JSX.Element)[] {
  const parts: (string | JSX.Element)[] = [];
  let end = 0;
  for (const match of text.matchAll(PARTS)) {
    const [all, string, colon] = match;
    parts.push(text.slice(end, match.index));
    const kind = string === undefined ? "literal" : colon === undefined ? "string" : "key";
    const shown = kind === "key" ? (string ?? "") : all;
    parts.push(
      <span key={match.index} class={`json-${kind}`}>
        {shown}
      </span>,
    );
    if (kind === "key") parts.push(colon ?? "");
    end = match.index + all.length;
  }
  return [...parts, text.slice(end)];
}
