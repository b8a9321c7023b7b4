import { compare } from "../harness/compare.js";
import type { Efforts } from "../harness/effort.js";
import { atMost, type Figure } from "../harness/figure.js";
import type { Group } from "../harness/group.js";
import { race } from "../harness/race.js";
import type { Load, Subject } from "../harness/subject.js";
import type { Chart } from "../report/chart.js";
import { growthOf } from "../report/charts.js";
import { clients, registryEntries, topics } from "../subjects/growth.js";
import { FLAT } from "./flat.js";

const series: readonly {
  name: string;
  what: string;
  subject: (count: number) => Subject;
  counts: readonly number[];
}[] = [
  {
    name: "topics",
    what: "publishing and receiving a message",
    subject: topics,
    counts: [1, 10, 100, 1_000, 10_000],
  },
  {
    name: "clients",
    what: "serving a request",
    subject: clients,
    counts: [1, 10, 100, 1_000],
  },
  {
    name: "registry entries",
    what: "looking a service up",
    subject: registryEntries,
    counts: [1, 10, 100, 1_000, 10_000],
  },
];

/** The cost of a message as the number of topics, clients or entries grows. */
export const growth: Group = {
  name: "growth",
  title: "Growth",
  about:
    "The CPU time that a message costs, libzmq's threads included, as the number of topics, clients or entries grows: of publisher and subscriber together, of the server, of the registry. 64-byte messages; 100 requests in flight, whatever the number of clients.",
  measure: async (efforts) => {
    const figures: Figure[] = [];
    const charts: Chart[] = [];
    for (const each of series) {
      const { figure, chart } = await grow(each, efforts);
      figures.push(figure);
      charts.push(chart);
    }
    return { figures, charts };
  },
};

async function grow(
  { name, what, subject, counts }: (typeof series)[number],
  efforts: Efforts,
): Promise<{ figure: Figure; chart: Chart }> {
  const load: Load = { size: 64, inFlight: 100 };
  // A quick run leaves the middle out.
  const taken = efforts.quick ? [counts[0] ?? 1, counts.at(-1) ?? 1] : counts;
  const all = taken.map((count) => ({ x: count, subject: subject(count) }));
  const results = await race(
    all.map((each) => each.subject),
    [load],
    efforts,
  );
  const [fewest, most] = [all.at(0), all.at(-1)];
  if (fewest === undefined || most === undefined) throw new Error("Nothing to grow");
  return {
    figure: compare(
      {
        name: `${what}, ${most.x.toLocaleString("en")} ${name}`,
        measure: "microseconds",
        unit: "µs of CPU",
        target: atMost(FLAT),
      },
      results.ours(most.subject, load),
      results.of(fewest.subject, load),
    ),
    chart: growthOf(
      `growth-${name.replace(" ", "-")}`,
      `${what.charAt(0).toUpperCase()}${what.slice(1)}`,
      name,
      all.map(({ x, subject: measured }) => ({ x, outcome: results.ours(measured, load) })),
      "µs of CPU",
    ),
  };
}
