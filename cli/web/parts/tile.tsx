import type { ComponentChildren, JSX } from "preact";

/** A figure that the eye finds first. */
export function Tile({
  label,
  value,
  alarming = false,
  children,
}: {
  readonly label: string;
  readonly value: string;
  readonly alarming?: boolean;
  /** Small print below the figure. */
  readonly children: ComponentChildren;
}): JSX.Element {
  return (
    <div class={`card tile${alarming ? " alarming" : ""}`}>
      <dt>{label}</dt>
      <dd>
        <b>{value}</b>
        <small>{children}</small>
      </dd>
    </div>
  );
}
