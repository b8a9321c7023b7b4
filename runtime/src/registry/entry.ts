/** An entry in a registry's list of services. */
export interface ServiceEntry {
  /** The name of the service. */
  readonly name: string;
  /** The host to which clients connect: a name or an IPv4 address. */
  readonly server: string;
  /** The TCP port on which the service answers requests. */
  readonly port: number;
}
