/** The full name of the service that every reactor answers. */
export const INTROSPECTION = "dividere.v1.Introspection";

/** The beginning of the paths of its rpcs. */
export const INTROSPECTION_PATH: string = `${INTROSPECTION}/`;

/** The requests of its rpcs, each of which stands for one rpc in an envelope that names none. */
export const INTROSPECTION_REQUESTS: ReadonlySet<string> = new Set([
  "dividere.v1.DescribeRequest",
  "dividere.v1.GetStatsRequest",
  "dividere.v1.GetSchemaRequest",
]);
