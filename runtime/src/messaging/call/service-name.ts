import { RequestError } from "../../base/errors.js";
import type { Envelope, EnvelopeHeader } from "../envelope/format.js";

/** The header with the name under which the server of a request is registered. */
const SERVICE_HEADER = "dividere-service";

/** The status of a refused request that is for a service of another name. */
export const WRONG_SERVICE = "WRONG_SERVICE";

/** Returns the headers of requests to a service that is registered under a name. */
export function serviceHeaders(name: string | undefined): readonly EnvelopeHeader[] {
  return name === undefined ? [] : [{ key: SERVICE_HEADER, value: name, trailer: false }];
}

/**
 * Refuses a request that is for a service of another name: after a restart another service may
 * listen at the address that a client knows.
 *
 * @throws RequestError `WRONG_SERVICE`
 */
export function checkServiceName({ headers }: Envelope, name: string): void {
  if (headers === undefined) return;
  for (const { key, value } of headers) {
    if (key !== SERVICE_HEADER || value === name) continue;
    throw new RequestError(
      WRONG_SERVICE,
      `The service ${JSON.stringify(String(value))} is not served here, ${JSON.stringify(name)} is; look it up again`,
    );
  }
}
