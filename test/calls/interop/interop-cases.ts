import { describe, test } from "node:test";
import { freeEndpoint, transports } from "../../support/calls/endpoints.js";
import { inFlight, openCalls } from "../../support/calls/open-calls.js";
import { until } from "../../support/until.js";
import { cases } from "../cases/cases.js";
import { type Codec, Peers } from "../peers/peers.js";

/**
 * The tests of gRPC's interoperability cases over every transport. Their titles, `row | column`, make the table of
 * docs/calls.md.
 */
export function testInterop(codec: Codec): void {
  for (const transport of transports) {
    describe(`gRPC's interoperability cases over ${transport} with ${codec.name}`, () => {
      for (const [name, carryOut] of Object.entries(cases)) {
        test(`${name} | ${transport}, ${codec.name}`, async () => {
          await using peers = new Peers(codec, freeEndpoint(transport));
          const { client, strangersClient, server } = peers;
          await carryOut({ client, strangersClient, behaviour: server.behaviour });
          await until(
            () => inFlight(client) === 0 && openCalls(server) === 0,
            `the end of all that ${name} has opened`,
          );
        });
      }
    });
  }
}
