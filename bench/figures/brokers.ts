import { compare } from "../harness/compare.js";
import { atLeast, atMost } from "../harness/figure.js";
import type { Group } from "../harness/group.js";
import { race } from "../harness/race.js";
import type { Load } from "../harness/subject.js";
import { barsOf, growthOf } from "../report/charts.js";
import { choice, throughBroker, throughBrokerTyped } from "../subjects/brokers.js";
import { FLAT } from "./flat.js";

/** Brokers and the proxy between clients and workers. */
export const brokers: Group = {
  name: "brokers",
  title: "Brokers and the proxy",
  about:
    'One client process with 100 requests in flight, one process with 16 workers that send each request back, and the broker in a third. Clients and workers are the same on both sides of a comparison: bare zeromq.js sockets, whose frames hold envelopes of 64-byte messages, or a generated client and generated reactors ("typed"). libzmq\'s own proxy runs on a thread, in C, and so does ours with that option; the others run on the event loop. A load-balancing broker also waits for a worker to be free, so that at most 16 of the requests are beyond it at any time; requests and answers travel together between it and a typed client, as they do without a broker. The choice of a worker is measured without sockets: taken and given back.',
  measure: async (efforts) => {
    const load: Load = { size: 64, inFlight: 100 };
    const native = throughBroker("zeromq.js' native proxy", "native", load.size);
    const proxy = throughBroker("dividere Proxy", "proxy", load.size);
    const thread = throughBroker("dividere Proxy with thread: true", "thread", load.size);
    const bytes = throughBroker("dividere LoadBalancing.Broker (bytes)", "bytes", load.size);
    const typed = throughBroker("dividere LoadBalancing.Broker (messages)", "envelopes", load.size);
    const results = await race([thread, proxy, bytes, typed, native], [load], efforts);
    const ownNative = throughBrokerTyped("zeromq.js' native proxy, typed", "native");
    const ownProxy = throughBrokerTyped("dividere Proxy, typed", "proxy");
    const ownTyped = throughBrokerTyped("dividere LoadBalancing.Broker, typed", "envelopes");
    const ownResults = await race([ownProxy, ownTyped, ownNative], [load], efforts);
    const choices = [10, 100, 10_000].map((known) => ({ x: known, subject: choice(known) }));
    const chosen = await race(
      choices.map(({ subject }) => subject),
      [load],
      efforts,
    );
    const [few, , most] = choices;
    if (few === undefined || most === undefined) throw new Error("No choices");
    const unit = "round trips/s";
    return {
      figures: [
        ...[thread, proxy, bytes, typed].map((ours) =>
          compare(
            { name: `through ${ours.name}`, measure: "perSecond", unit, target: atLeast(0.8) },
            results.ours(ours, load),
            results.of(native, load),
          ),
        ),
        ...[ownProxy, ownTyped].map((ours) =>
          compare(
            { name: `through ${ours.name}`, measure: "perSecond", unit, target: atLeast(0.8) },
            ownResults.ours(ours, load),
            ownResults.of(ownNative, load),
          ),
        ),
        compare(
          {
            name: "choosing among 10,000 workers",
            measure: "microseconds",
            unit: "µs",
            target: atMost(FLAT),
          },
          chosen.ours(most.subject, load),
          chosen.of(few.subject, load),
        ),
      ],
      charts: [
        barsOf("brokers", "Through a broker, 100 in flight", unit, results.under(load)),
        barsOf(
          "brokers-typed",
          "Through a broker, typed, 100 in flight",
          unit,
          ownResults.under(load),
        ),
        growthOf(
          "choosing",
          "Choosing a worker",
          "workers known",
          choices.map(({ x, subject }) => ({ x, outcome: chosen.ours(subject, load) })),
        ),
      ],
    };
  },
};
