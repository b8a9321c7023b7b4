/** A service as the registry lists it. */
export interface ServiceEntry {
  /** The name that it is found by. */
  readonly name: string;
  /** The host that clients connect to: a name or an IPv4 address. */
  readonly server: string;
  /** The TCP port that it serves requests on. */
  readonly port: number;
}
