import type { Chart } from "../report/chart.js";
import type { Efforts } from "./effort.js";
import type { Figure } from "./figure.js";

/** The figures of one subject matter, measured in one go. */
export interface Group {
  /** The word that picks it: `npm run bench -- NAME`. */
  readonly name: string;
  readonly title: string;
  /** What is measured, and how it is counted; a paragraph of the report. */
  readonly about: string;
  measure(efforts: Efforts): Promise<Measured>;
}

/** What a group has measured. */
export interface Measured {
  readonly figures: readonly Figure[];
  readonly charts: readonly Chart[];
}
