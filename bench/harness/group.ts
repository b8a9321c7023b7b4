import type { Chart } from "../report/chart.js";
import type { Efforts } from "./effort.js";
import type { Figure } from "./figure.js";

/** Figures about one topic, measured together. */
export interface Group {
  /** The word that picks it: `npm run bench -- NAME`. */
  readonly name: string;
  readonly title: string;
  /** A paragraph for the report: the measured thing, and the way it is counted. */
  readonly about: string;
  measure(efforts: Efforts): Promise<Measured>;
}

/** The results of a group. */
export interface Measured {
  readonly figures: readonly Figure[];
  readonly charts: readonly Chart[];
}
