import { type Signal, signal } from "@preact/signals";

/** A view of the page, and what it shows. */
export type Route =
  | { readonly view: "overview" | "topology" | "events" }
  | { readonly view: "service"; readonly name: string }
  | { readonly view: "call"; readonly key: string; readonly path: string };

/** The view that the address names. */
export const route: Signal<Route> = signal(parse(location.hash));

addEventListener("hashchange", () => {
  route.value = parse(location.hash);
});

/** Returns the address of a service's view. */
export function serviceLink(name: string): string {
  return `#/service/${encodeURIComponent(name)}`;
}

/** Returns the address of the form, for an instance and perhaps an rpc. */
export function callLink(key: string, path = ""): string {
  return `#/call/${encodeURIComponent(key)}/${encodeURIComponent(path)}`;
}

function parse(hash: string): Route {
  const [, view = "", first = "", second = ""] = hash.split("/");
  switch (view) {
    case "topology":
    case "events":
      return { view };
    case "service":
      return { view, name: decode(first) };
    case "call":
      return { view, key: decode(first), path: decode(second) };
    default:
      return { view: "overview" };
  }
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    // Somebody has typed the address.
    return text;
  }
}
