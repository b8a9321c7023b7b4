import { atMost, type Figure, type Target } from "../harness/figure.js";
import type { Group } from "../harness/group.js";
import { type Program, raceStarts, timeOf } from "../harness/starts.js";
import { importing } from "../programs/import.js";

const codec = "@bufbuild/protobuf/wire";
const zeromq = importing(["zeromq"]);
const both = importing(["zeromq", codec]);

/** The imports to measure, with the imports that a program would need anyway. */
const imports: readonly { modules: readonly string[]; peer: Program; target?: Target }[] = [
  { modules: ["dividere/messaging"], peer: zeromq, target: atMost(1.5) },
  { modules: ["dividere/messaging"], peer: both },
  { modules: ["dividere/connection"], peer: zeromq },
  { modules: ["dividere"], peer: both },
  { modules: ["dividere/codegen", codec], peer: both },
];

/** The cost of an import. */
export const importCosts: Group = {
  name: "imports",
  title: "Imports",
  about:
    "The CPU time of an import in new processes, in turns, without the start of node. A program with generated code would import zeromq and protobuf's wire functions without dividere too.",
  measure: async (efforts) => {
    const subjects = imports.map((each) => ({ ...each, program: importing(each.modules) }));
    const programs = [...subjects.map(({ program }) => program), zeromq, both];
    const times = raceStarts(programs, efforts.starts);
    const figures = subjects.map(
      ({ modules, program, peer, target }): Figure => ({
        name: program.name,
        unit: "ms of CPU",
        ours: timeOf(times, program),
        peer: timeOf(times, peer),
        peerName: peer.name,
        target,
        profile: async (folder) => {
          importing(modules, ["--cpu-prof", `--cpu-prof-dir=${folder}/import`]).run();
        },
      }),
    );
    return { figures, charts: [] };
  },
};
