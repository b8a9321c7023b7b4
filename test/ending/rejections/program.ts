// Plays the cases of one group, one after the other, and then ends by itself. Further words pick cases.
import { groups } from "./cases/all.js";
import { keepLog } from "./cases/tools.js";

keepLog();
const [group = "", ...words] = process.argv.slice(2);
for (const [name, play] of Object.entries(groups[group] ?? {})) {
  if (words.length > 0 && !words.some((word) => name.includes(word))) continue;
  console.log("begins", name);
  await play();
  console.log("ends", name);
}
