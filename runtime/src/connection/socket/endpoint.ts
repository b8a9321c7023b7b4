import { ConnectionError } from "../../base/errors.js";

/**
 * The use of an endpoint that begins with neither `@` nor `>`: a socket binds it, connects to it,
 * or (`auto`, Python's rule) binds an endpoint with a `*` and connects to any other.
 */
export type UsualMode = "bind" | "connect" | "auto";

/** A parsed endpoint. */
export interface Endpoint {
  /** The endpoint as it was given. */
  readonly text: string;
  /** The address for libzmq: the text without a leading `@` or `>`. */
  readonly address: string;
  readonly mode: "bind" | "connect";
}

const TRANSPORTS = ["tcp", "ipc", "inproc"];

/**
 * Reads an endpoint. A leading `@` binds and a leading `>` connects (CZMQ's zsock convention).
 * Without either, an endpoint with `*` binds (Python's rule), and any other is used in the way that
 * is usual for the socket.
 *
 * @param usual - The use of an endpoint that has no such prefix; `auto` decides by the `*`.
 * @throws ConnectionError `ENDPOINT_INVALID` for an endpoint that libzmq would refuse, or would
 *   silently misread.
 */
export function parseEndpoint(text: string, usual: UsualMode): Endpoint {
  const invalid = (why: string): ConnectionError =>
    new ConnectionError(
      "ENDPOINT_INVALID",
      text,
      `Endpoint ${JSON.stringify(text)} ${why}; write for example "tcp://*:5555" to bind or "tcp://localhost:5555" to connect`,
    );
  const forced = text.startsWith("@") ? "bind" : text.startsWith(">") ? "connect" : undefined;
  const address = forced === undefined ? text : text.slice(1);
  const separator = address.indexOf("://");
  if (separator < 0) throw invalid("has no transport");
  const transport = address.slice(0, separator);
  const rest = address.slice(separator + 3);
  if (!TRANSPORTS.includes(transport)) {
    throw invalid(`has the transport "${transport}", which is none of ${TRANSPORTS.join(", ")}`);
  }
  if (rest === "") throw invalid("has no address after the transport");
  const mode = forced ?? (usual === "auto" ? (address.includes("*") ? "bind" : "connect") : usual);
  if (mode === "connect" && /^\*|:\*$/.test(rest)) throw unconnectable(text, address);
  if (transport === "tcp") checkTcp(rest, mode, invalid);
  return { text, address, mode };
}

/** Makes the error for an endpoint with `*` on a socket that connects. */
function unconnectable(text: string, address: string): ConnectionError {
  const mend = address.replace("://*", "://localhost").replace(/:\*$/, ":5555");
  const lacking = address.includes("://*") ? "host" : "port";
  return new ConnectionError(
    "ENDPOINT_INVALID",
    text,
    `Endpoint ${JSON.stringify(text)} has no ${lacking} to connect to: "*" is for a socket that binds; write ${JSON.stringify(mend)} to connect, or ${JSON.stringify(`@${address}`)} to bind`,
  );
}

function checkTcp(
  rest: string,
  mode: "bind" | "connect",
  invalid: (why: string) => ConnectionError,
): void {
  // A connecting address may name its own side first: "eth0:0;server:5555".
  const target = rest.slice(rest.lastIndexOf(";") + 1);
  const colon = target.lastIndexOf(":");
  if (colon < 0) throw invalid("has no port");
  const host = target.slice(0, colon);
  const port = target.slice(colon + 1);
  if (host === "") throw invalid("has no host");
  if (host.includes(":") && !/^\[[^[\]]+\]$/.test(host)) {
    throw invalid(`has the IPv6 address "${host}" without brackets around it`);
  }
  // libzmq reads "99999" as 34463 and "7x" as 7.
  const isNumber = /^\d+$/.test(port) && Number(port) <= 65_535;
  if (!isNumber && !(port === "*" && mode === "bind")) {
    throw invalid(`has the port "${port}", which is no number from 0 to 65535`);
  }
  if (mode === "connect") {
    if (Number(port) === 0) throw invalid("has no port to connect to");
  }
}

/** Whether an endpoint names an IPv6 address. */
export function isIpv6({ address }: Endpoint): boolean {
  return /^tcp:\/\/(.*;)?\[/.test(address);
}

/** The endpoints of a link: one or several. */
export type Endpoints = string | readonly string[];

/** Lists the endpoints of a link, from one or several. */
export function endpointList(endpoints: Endpoints): readonly string[] {
  return typeof endpoints === "string" ? [endpoints] : endpoints;
}

/** Reads one endpoint or several. */
export function parseEndpoints(endpoints: Endpoints, usual: UsualMode): readonly Endpoint[] {
  const list = endpointList(endpoints);
  if (list.length === 0)
    throw new ConnectionError(
      "ENDPOINT_INVALID",
      "",
      "The list of endpoints is empty; give at least one",
    );
  return list.map((text) => parseEndpoint(text, usual));
}
