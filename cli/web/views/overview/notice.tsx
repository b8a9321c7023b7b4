import type { JSX } from "preact";
import { registry } from "../../state/store.js";

/** Tells that the list of services is not up to date, and why. */
export function RegistryNotice(): JSX.Element | null {
  const current = registry.value;
  if (current === undefined || current.state === "up" || current.state === "connecting")
    return null;
  return (
    <div class="notice" role="alert">
      <b>
        {current.state === "lost"
          ? `The registry at ${current.endpoint} does not answer.`
          : `The registry at ${current.endpoint} has no list to show.`}
      </b>{" "}
      {current.state === "lost"
        ? "The services are shown as it listed them last; the monitor goes on asking."
        : "Name endpoints instead: dividere monitor tcp://localhost:5555"}
      <details>
        <summary>Reason</summary>
        {current.reason}
      </details>
    </div>
  );
}
