import { RequestError } from "../../base/errors.js";
import type { InstanceKey, ServiceInstance } from "../instance.js";

/** The longest name of a service, id or host, in bytes of UTF-8; a host name of DNS has no more. */
const MAX_NAME_BYTES = 255;

/** The most bytes that an instance says about itself: version, metadata and services. */
const MAX_DETAIL_BYTES = 8 * 1024;

/** @throws RequestError `INVALID_ARGUMENT` for an instance that cannot be listed. */
export function validateInstance(instance: ServiceInstance): void {
  const { name, id, host, port, version, metadata, services } = instance;
  if (name === "" || host === "" || port < 1 || port > 65_535) {
    throw invalid(
      `A service has a name, a server and a port from 1 to 65535, not the name ${JSON.stringify(name)}, the server ${JSON.stringify(host)} and the port ${port}`,
    );
  }
  validateKey(instance);
  checkLength("host of a service", host, MAX_NAME_BYTES);
  const details = [version, ...services, ...Object.entries(metadata).flat()].join("");
  if (Buffer.byteLength(details) > MAX_DETAIL_BYTES) {
    throw invalid(
      `The version, the metadata and the services of ${name} ${id} have ${Buffer.byteLength(details)} bytes, and at most ${MAX_DETAIL_BYTES} are allowed`,
    );
  }
}

/** @throws RequestError `INVALID_ARGUMENT` for a name or an id that no instance can have. */
export function validateKey({ name, id }: InstanceKey): void {
  if (name === "" || id === "")
    throw invalid("An instance has a name and an id; one of them is empty");
  checkLength("name of a service", name, MAX_NAME_BYTES);
  // The id of a plain instance is its host and its port.
  checkLength("id of an instance", id, MAX_NAME_BYTES + "[]:65535".length);
}

function checkLength(what: string, text: string, most: number): void {
  const bytes = Buffer.byteLength(text);
  if (bytes <= most) return;
  throw invalid(
    `The ${what} has ${bytes} bytes, and at most ${most} are allowed: ${JSON.stringify(`${text.slice(0, 32)}…`)}`,
  );
}

function invalid(message: string): RequestError {
  return new RequestError("INVALID_ARGUMENT", message);
}
