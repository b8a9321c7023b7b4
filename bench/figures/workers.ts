import { compare, profileOf } from "../harness/compare.js";
import { atLeast, atMost, type Figure } from "../harness/figure.js";
import type { Group } from "../harness/group.js";
import { race } from "../harness/race.js";
import type { Load } from "../harness/subject.js";
import { barsOf } from "../report/charts.js";
import { farmCalls, ourCalls } from "../subjects/calls.js";
import { computers } from "../subjects/computers.js";
import { copiesByParent } from "../subjects/copies.js";

/**
 * Steps of a handler that computes: about three milliseconds. The client and the parent take about four tenths of a millisecond
 * of the same two cores for a request, which must be few beside it.
 */
const STEPS = 3_000_000;

/** The reactor in worker processes. */
export const workers: Group = {
  name: "workers",
  title: "Worker processes",
  about: `Requests to an MpMsgReactor. Computing: a handler that repeats a step ${STEPS.toLocaleString("en")} times, 8 requests in flight, with two workers and with one; on two cores the client and the parent share them with the workers. For the limit of the machine, the same steps in processes without any messages. The hop: the additional cost of a 64-byte request, with 100 in flight, when the handler is in a child process instead of the server's own. Copies are counted, and those of the sockets are not seen.`,
  measure: async (efforts) => {
    const computing: Load = { size: STEPS, inFlight: 8 };
    const two = farmCalls("two workers", { workers: 2, concurrency: 1 }, "compute");
    const one = farmCalls("one worker", { workers: 1, concurrency: 1 }, "compute");
    const twoAlone = computers("two processes without messages", 2);
    const oneAlone = computers("one process without messages", 1);
    const computed = await race([two, one, twoAlone, oneAlone], [computing], efforts);
    const echoing: Load = { size: 64, inFlight: 100 };
    const here = ourCalls();
    const child = farmCalls("in a child", { workers: 1, concurrency: 100 }, "call");
    const echoed = await race([child, here], [echoing], efforts);
    const [there, own] = [echoed.ours(child, echoing), echoed.ours(here, echoing)];
    const hop: Figure = {
      name: "hop to a worker process, 100 in flight",
      unit: "µs",
      ours: {
        median: there.microseconds.median - own.microseconds.median,
        low: there.microseconds.low - own.microseconds.high,
        high: there.microseconds.high - own.microseconds.low,
      },
      target: atMost(60),
      profile: profileOf(there),
    };
    const copies: Figure = {
      name: "copies of a payload of 1 MiB by the parent of a worker, there and back",
      unit: "copies",
      ours: await copiesByParent(),
      target: atMost(2),
    };
    const unit = "round trips/s";
    return {
      figures: [
        compare(
          {
            name: "computing, two workers",
            measure: "perSecond",
            unit,
            target: atLeast(1.8),
          },
          computed.ours(two, computing),
          computed.of(one, computing),
        ),
        compare(
          { name: "computing, two processes without messages", measure: "perSecond", unit },
          computed.ours(twoAlone, computing),
          computed.of(oneAlone, computing),
        ),
        hop,
        copies,
        compare(
          {
            name: "a message in a worker process, 100 in flight",
            measure: "microseconds",
            unit: "µs",
          },
          there,
          { ...own, subject: { ...here, name: "in the server's own" } },
        ),
      ],
      charts: [barsOf("workers", "Computing in worker processes", unit, computed.under(computing))],
    };
  },
};
