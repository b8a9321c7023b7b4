/** What a socket of a type is for. */
interface Roles {
  readonly kind: "service" | "publisher" | "plain" | "other";
  readonly usable: boolean;
  readonly text: string;
  readonly next: string | undefined;
}

/** Explains the type of a socket at an endpoint. */
export function rolesOf(
  socketType: string | undefined,
  endpoint: string,
): Roles & {
  readonly kind: "service" | "publisher" | "plain";
} {
  const usable = (kind: "service" | "publisher" | "plain", text: string, next?: string) => ({
    kind,
    usable: true,
    text,
    next,
  });
  const unusable = (text: string, next: string) => ({
    kind: "plain" as const,
    usable: false,
    text,
    next,
  });
  switch (socketType) {
    case undefined:
      return usable("plain", "its type is not told before the handshake", undefined);
    case "ROUTER":
      return usable("service", "ROUTER: answers requests", `dividere describe ${endpoint}`);
    case "XPUB":
      return usable("publisher", "XPUB: publishes events", `dividere sub ${endpoint}`);
    case "PUB":
      return usable(
        "publisher",
        "PUB: publishes events, as Python's Publisher",
        `dividere sub ${endpoint}`,
      );
    case "REP":
      return usable(
        "plain",
        "REP: a plain peer, as a service of Python's dividere; it was sent nothing",
        `dividere call ${endpoint} <rpc> '{…}' --proto <file>`,
      );
    case "DEALER":
      return unusable(
        "DEALER: the back end of a proxy or a broker",
        "clients connect to the front end; servers connect here",
      );
    case "SUB":
    case "XSUB":
      return unusable(
        `${socketType}: waits for publishers to connect`,
        `dividere pub '>${endpoint}' <type> '{…}'`,
      );
    default:
      return unusable(
        `${socketType}: no socket of dividere, neither for requests nor for events`,
        "check the endpoint with its owner",
      );
  }
}
