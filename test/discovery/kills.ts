import { type Calls, Load } from "./load.js";
import type { Killable, Program, PythonService } from "./process.js";
import type { System } from "./system.js";

/** What followed when one process was killed. */
export interface Outcome extends Calls {
  readonly killed: string;
  /** The time until every list was right without the process, in milliseconds; undefined if lists name none. */
  readonly goneMs?: number;
  /** The time until every list was right after its restart, in milliseconds. */
  readonly backMs: number;
}

/** Kills the processes of a system in turn under steady load, and starts each again. */
export async function killInTurn(
  system: System,
  clients: number,
  chosen: (process: Killable) => boolean,
): Promise<readonly Outcome[]> {
  await using load = await Load.start(clients, system.endpoints);
  const outcomes: Outcome[] = [];
  for (const registry of system.registries) {
    if (!chosen(registry)) continue;
    load.take();
    await registry.kill();
    await registry.start();
    outcomes.push({ killed: registry.title, backMs: await system.agreed(), ...load.take() });
  }
  load.take();
  const leader = await system.etcd.leader();
  await leader.kill();
  const goneMs = await system.agreed();
  await system.etcd.restart(leader);
  outcomes.push({ killed: "etcd's leader", goneMs, backMs: await system.agreed(), ...load.take() });
  for (const service of [...system.services, ...system.pythonServices]) {
    if (chosen(service)) outcomes.push(await killService(system, load, service));
  }
  return outcomes;
}

async function killService(
  system: System,
  load: Load,
  service: Program | PythonService,
): Promise<Outcome> {
  load.take();
  await service.kill();
  if ("said" in service) service.said = "";
  else service.port = 0;
  const goneMs = await system.agreed();
  await service.start();
  return { killed: service.title, goneMs, backMs: await system.agreed(), ...load.take() };
}
