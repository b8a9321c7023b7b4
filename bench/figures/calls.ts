import { compare } from "../harness/compare.js";
import { atLeast } from "../harness/figure.js";
import type { Group } from "../harness/group.js";
import { race } from "../harness/race.js";
import type { Load, Subject } from "../harness/subject.js";
import { barsOf } from "../report/charts.js";
import { cCalls, natsCalls, ourCalls, pythonCalls, rawCalls, rpcCalls } from "../subjects/calls.js";

/** Requests and their replies. */
export const calls: Group = {
  name: "calls",
  title: "Requests and replies",
  about:
    "A client in one process, its server in another, which answers with the question of 64 bytes; encoded and decoded at both ends. Serial: a call begins when the one before has its answer. In flight: as many calls wait for their answers at any time.",
  measure: async (efforts) => {
    const serial: Load = { size: 64, inFlight: 1 };
    const many: Load = { size: 64, inFlight: 100 };
    const alone = (subject: Subject): Subject => ({ ...subject, takes: (load) => load === serial });
    const ours = ourCalls();
    const rep = alone(rawCalls("REQ/REP"));
    const router: Subject = {
      ...rawCalls("DEALER/ROUTER"),
      takes: (load) => load === many,
    };
    const nats = natsCalls();
    const grpc = rpcCalls("grpc-js");
    const connect = rpcCalls("Connect");
    const c = alone(cCalls());
    const python = alone(pythonCalls());
    const subjects = [ours, rep, router, nats, grpc, connect, c, python];
    const results = await race(subjects, [serial, many], efforts);
    const line = (peer: Subject, load: Load, least?: number) =>
      compare(
        {
          name: load === serial ? "serial round trips" : `${load.inFlight} calls in flight`,
          measure: "perSecond",
          unit: "round trips/s",
          ...(least !== undefined && { target: atLeast(least) }),
        },
        results.ours(ours, load),
        results.of(peer, load),
      );
    return {
      figures: [
        line(rep, serial, 0.9),
        ...[nats, grpc, connect, c, python].map((peer) => line(peer, serial)),
        line(router, many, 0.8),
        line(nats, many, 3),
        line(grpc, many, 6),
        line(connect, many),
      ],
      charts: [
        barsOf("calls-serial", "Serial round trips", "round trips/s", results.under(serial)),
        barsOf("calls-in-flight", "100 calls in flight", "round trips/s", results.under(many)),
      ],
    };
  },
};
