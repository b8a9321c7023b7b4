import { balancing } from "./balancing.js";
import { clients } from "./clients.js";
import { connection } from "./connection.js";
import { farms } from "./farms.js";
import { inspecting } from "./inspecting.js";
import { reactors } from "./reactors.js";
import { security } from "./security.js";
import { services } from "./services.js";
import type { Cases } from "./tools.js";

/** All cases, by the process that plays them. */
export const groups: Readonly<Record<string, Cases>> = {
  connection,
  clients,
  reactors,
  balancing,
  services,
  farms,
  inspecting,
  security,
};
