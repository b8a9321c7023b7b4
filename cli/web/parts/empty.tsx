import type { ComponentChildren, JSX } from "preact";

/** What a view shows while it has nothing to show: the reason, and the next step. */
export function Empty({
  title,
  children,
}: {
  readonly title: string;
  readonly children: ComponentChildren;
}): JSX.Element {
  return (
    <div class="empty">
      <svg viewBox="0 0 64 32" aria-hidden="true">
        <path d="M2 20h14l5-12 9 20 6-14 4 6h22" />
      </svg>
      <h3>{title}</h3>
      {children}
    </div>
  );
}

/** A command to type into a terminal. */
export function Command({ children }: { readonly children: string }): JSX.Element {
  return (
    // A long command scrolls, which the keyboard can do only with the focus there.
    // biome-ignore lint/a11y/noNoninteractiveTabindex: scrollable regions need the focus
    <pre class="command" tabIndex={0}>
      <code>{children}</code>
    </pre>
  );
}
