import type { ProcessProfile } from "../report/profile/process-profile.js";
import type { Summary } from "./statistics.js";

/** The target of a figure: a ratio to its peer, or a value for a figure without a peer. */
export interface Target {
  readonly at: "least" | "most";
  readonly value: number;
}

/** A subject's processes, started anew to see where the time goes. */
export type Profiled = (folder: string) => Promise<void>;

/** One line of the report. */
export interface Figure {
  readonly name: string;
  readonly unit: string;
  readonly ours: Summary;
  readonly peerName?: string | undefined;
  /** Undefined where the peer is missing, or the figure has none. */
  readonly peer?: Summary | undefined;
  readonly target?: Target | undefined;
  /** The reason why the peer was not measured. */
  readonly skipped?: string | undefined;
  /** Runs our side under the profiler, which writes into a folder. */
  readonly profile?: Profiled | undefined;
}

/** A figure as `--json` prints it. */
export interface FigureLine {
  readonly name: string;
  readonly unit: string;
  readonly ours: number;
  readonly peer: number | null;
  readonly peerName: string | null;
  /** Ours divided by the peer's. */
  readonly ratio: number | null;
  readonly target: string | null;
  readonly met: boolean | null;
  readonly skipped?: string;
  /** Where the time of our processes goes, for a figure that misses its target. */
  readonly profile?: readonly ProcessProfile[];
}

export const atLeast = (value: number): Target => ({ at: "least", value });
export const atMost = (value: number): Target => ({ at: "most", value });

/** Gives our median divided by the peer's. */
export function ratioOf({ ours, peer }: Figure): number | undefined {
  return peer === undefined ? undefined : ours.median / peer.median;
}

/** Returns whether the target is reached; undefined without a target or without the peer's value. */
export function isMet(figure: Figure): boolean | undefined {
  const { target, peerName, ours } = figure;
  if (target === undefined) return undefined;
  const actual = peerName === undefined ? ours.median : ratioOf(figure);
  if (actual === undefined) return undefined;
  return target.at === "least" ? actual >= target.value : actual <= target.value;
}

/** Writes a figure's ratio, or its value if it has no peer. */
export function actualText(figure: Figure): string {
  const ratio = ratioOf(figure);
  return ratio === undefined ? `${round(figure.ours.median)} ${figure.unit}` : ratio.toFixed(2);
}

/** Writes a target: `≥ 0.9` and `≤ 1.3` are ratios, a value of our own has its unit. */
export function targetText({ target, peerName, unit }: Figure): string | undefined {
  if (target === undefined) return undefined;
  const sign = target.at === "least" ? "≥" : "≤";
  return `${sign} ${target.value}${peerName === undefined ? ` ${unit}` : ""}`;
}

/** The line of a figure for `--json`. */
export function toLine(figure: Figure, profile?: readonly ProcessProfile[]): FigureLine {
  const ratio = ratioOf(figure);
  return {
    name: figure.name,
    unit: figure.unit,
    ours: round(figure.ours.median),
    peer: figure.peer === undefined ? null : round(figure.peer.median),
    peerName: figure.peerName ?? null,
    ratio: ratio === undefined ? null : round(ratio),
    target: targetText(figure) ?? null,
    met: isMet(figure) ?? null,
    ...(figure.skipped !== undefined && { skipped: figure.skipped }),
    ...(profile !== undefined && { profile }),
  };
}

/** Rounds to three significant digits, but never a digit before the point. */
function round(value: number): number {
  return Math.abs(value) >= 100 ? Math.round(value) : Number(value.toPrecision(3));
}
