import { type ReadonlySignal, type Signal, signal } from "@preact/signals";

/** Whether the page is as narrow as a phone. */
export const isNarrow: ReadonlySignal<boolean> = matches("(max-width: 760px)");

/** Whether the user prefers dark colours. */
export const isDark: ReadonlySignal<boolean> = matches("(prefers-color-scheme: dark)");

function matches(query: string): ReadonlySignal<boolean> {
  const list = matchMedia(query);
  const result: Signal<boolean> = signal(list.matches);
  list.addEventListener("change", () => {
    result.value = list.matches;
  });
  return result;
}
