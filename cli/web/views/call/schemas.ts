import { type Signal, signal } from "@preact/signals";
import type { SchemaShape } from "../../../src/monitor/protocol.js";

/** A schema that was loaded, or the reason why it could not be. */
export interface Loaded {
  /** The process whose schema it is. */
  readonly run: string;
  readonly schema: SchemaShape | undefined;
  readonly problem: string | undefined;
}

/** The most schemas that the page keeps. */
const MOST_SCHEMAS = 8;

/** The schemas by the keys of the instances. */
export const schemas: Signal<ReadonlyMap<string, Loaded>> = signal(new Map());

/** Loads the schema of an instance, unless it is there. */
export function loadSchema(key: string, run: string): void {
  const known = schemas.value.get(key);
  if (known?.run === run && known.problem === undefined) return;
  fetchSchema(key).then(
    (schema) => keep(key, { run, schema, problem: undefined }),
    (error: Error) => keep(key, { run, schema: undefined, problem: error.message }),
  );
}

async function fetchSchema(key: string): Promise<SchemaShape> {
  const response = await fetch(`/api/schema?key=${encodeURIComponent(key)}`);
  if (!response.ok) throw new Error(await response.text());
  return (await response.json()) as SchemaShape;
}

function keep(key: string, loaded: Loaded): void {
  const others = [...schemas.value].filter(([each]) => each !== key).slice(-(MOST_SCHEMAS - 1));
  schemas.value = new Map([...others, [key, loaded]]);
}
