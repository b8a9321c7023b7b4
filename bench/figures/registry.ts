import type { Efforts } from "../harness/effort.js";
import type { Figure } from "../harness/figure.js";
import type { Group } from "../harness/group.js";
import { BenchProcess } from "../harness/process.js";
import { nextCount, type Summary, summarise } from "../harness/statistics.js";

const ENTRIES = 10_000;
const WATCHERS = 1_000;
const IN_FLIGHT = 100;
const MEBIBYTE = 2 ** 20;

/** The work and the memory of one registry with a large fleet. */
export const registry: Group = {
  name: "registry",
  title: "Registry",
  about: `One registry in memory with ${ENTRIES.toLocaleString("en")} instances of ${(ENTRIES / 10).toLocaleString("en")} services, each with a lease, and ${WATCHERS.toLocaleString("en")} watchers of one service over ${WATCHERS / 10} connections. Look-ups and renewals come from one client with ${IN_FLIGHT} in flight; a lease of 10 seconds makes ${((3 * ENTRIES) / 10).toLocaleString("en")} renewals a second. The memory is the resident size of the registry's process after a collection, its growth from an empty registry.`,
  measure: async (efforts) => {
    await using server = await BenchProcess.role("roles/dividere/registry");
    const endpoint = server.told("endpoint");
    await using services = await BenchProcess.role("roles/dividere/fleet", { endpoint });
    await using watchers = await BenchProcess.role("roles/dividere/fleet", {
      endpoint,
      watch: WATCHERS,
    });
    const empty = await memoryOf(server);
    await services.ask("fill", { count: ENTRIES });
    const filled = await memoryOf(server);
    await watchers.ask("watch");
    await watchers.next("listed");
    const watched = await memoryOf(server);
    const lookups = await rate(services, "call", efforts);
    const renewals = await rate(services, "renew", efforts);
    const changes: number[] = [];
    for (let round = 0; round < 3 * efforts.rounds; round++) {
      const { at: begun } = await services.ask("change");
      const { at: ended } = await watchers.next("told");
      changes.push((Number(ended) - Number(begun)) * 1_000);
    }
    const growth = (bytes: number): Summary => summarise([(bytes - empty) / MEBIBYTE]);
    const with10k = `${ENTRIES.toLocaleString("en")} instances`;
    const figures: readonly Figure[] = [
      { name: `looking a service up, ${with10k}`, unit: "look-ups/s", ours: lookups },
      { name: `renewing a lease, ${with10k}`, unit: "renewals/s", ours: renewals },
      {
        name: `telling a change to ${WATCHERS.toLocaleString("en")} watchers`,
        unit: "ms",
        ours: summarise(changes),
      },
      { name: `memory, ${with10k}`, unit: "MiB", ours: growth(filled) },
      {
        name: `memory, with ${WATCHERS.toLocaleString("en")} watchers too`,
        unit: "MiB",
        ours: growth(watched),
      },
    ];
    return { figures, charts: [] };
  },
};

async function memoryOf(server: BenchProcess): Promise<number> {
  return Number((await server.ask("memory"))["bytes"]);
}

/** Operations a second, in rounds of the wanted length. */
async function rate(process: BenchProcess, command: string, efforts: Efforts): Promise<Summary> {
  const { rounds, roundSeconds } = efforts;
  const most = Number.POSITIVE_INFINITY;
  const run = async (count: number): Promise<number> =>
    Number((await process.ask(command, { count, inFlight: IN_FLIGHT }))["seconds"]);
  let count = 1_000;
  for (let next = 0; ; count = next) {
    next = nextCount(count, await run(count), roundSeconds, most);
    if (next < 2 * count) break;
  }
  const rates: number[] = [];
  for (let round = 0; round < rounds; round++) rates.push(count / (await run(count)));
  return summarise(rates);
}
