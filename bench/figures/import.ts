import { atMost, type Figure } from "../harness/figure.js";
import type { Group } from "../harness/group.js";
import { raceStarts, timeOf } from "../harness/starts.js";
import { importing } from "../programs/import.js";

/** The cost of an import. */
export const imports: Group = {
  name: "import",
  title: "Importing",
  about:
    "New processes in turns; the time that the import itself takes in each, without node's own start.",
  measure: async (efforts) => {
    const peer = importing("zeromq");
    const names = ["dividere/messaging", "dividere/connection", "dividere"];
    const ours = names.map((name) => importing(name));
    const times = raceStarts([...ours, peer], efforts.starts);
    const figures = ours.map((program, index): Figure => {
      const name = names[index] ?? "";
      return {
        name: program.name,
        unit: "ms",
        ours: timeOf(times, program),
        peer: timeOf(times, peer),
        peerName: peer.name,
        ...(index === 0 && { target: atMost(1.5) }),
        profile: async (folder) => {
          importing(name, ["--cpu-prof", `--cpu-prof-dir=${folder}/import`]).run();
        },
      };
    });
    return { figures, charts: [] };
  },
};
