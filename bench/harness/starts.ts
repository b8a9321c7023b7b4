import { type Summary, summarise } from "./statistics.js";

/** A program whose whole run is measured. */
export interface Program {
  readonly name: string;
  /** Runs it once and gives the milliseconds that count. */
  run(): number;
}

/** Runs programs in turns, once for nothing and then so many times. */
export function raceStarts(
  programs: readonly Program[],
  runs: number,
): ReadonlyMap<Program, Summary> {
  // The first run reads the files from the disk.
  if (runs > 1) for (const program of programs) program.run();
  const times = new Map(programs.map((program) => [program, [] as number[]]));
  for (let run = 0; run < runs; run++) {
    for (const program of programs) times.get(program)?.push(program.run());
  }
  return new Map([...times].map(([program, all]) => [program, summarise(all)]));
}

/** The summary of a program that took part. */
export function timeOf(times: ReadonlyMap<Program, Summary>, program: Program): Summary {
  const time = times.get(program);
  if (time === undefined) throw new Error(`${program.name} did not run`);
  return time;
}
