// Reads a gigabyte from a stream, and sleeps now and then; reports by how much this process grew, in MiB.
import { setTimeout as sleep } from "node:timers/promises";
import { ShopRequest } from "../shop.js";
import { ResidentSize } from "./resident-size.js";

await using shop = new ShopRequest(process.argv[2] ?? "");
using size = new ResidentSize();
let bytes = 0;
let parts = 0;
for await (const { field1 } of shop.list({})) {
  bytes += field1.length;
  parts++;
  if (parts === 400) size.restart();
  if (parts % 512 === 0) await sleep(100);
}
console.log("read", bytes);
console.log("grown", size.grownMiB);
