// Has Python write vectors.jsonl anew: `npm run golden:vectors`.
import { writeFileSync } from "node:fs";
import { noPython } from "../support/python.js";
import { vectorsFile, writeVectors } from "./vectors.js";

const reason = await noPython();
if (reason !== false) throw new Error(reason);
writeFileSync(vectorsFile, await writeVectors());
