import { join } from "node:path";
import type { ServiceEntry } from "dividere/registry";
import { run } from "../../support/child.js";
import { freePort } from "../../support/ports.js";
import { PythonPeer } from "../../support/python.js";
import { TemporaryFolder } from "../../support/temporary-folder.js";

/** Where a registry is, in the forms that each side takes. */
export interface RegistryPlace {
  readonly port: number;
  readonly eventsPort: number;
  readonly endpoint: string;
  readonly eventsEndpoint: string;
}

/** Two free ports for a registry. */
export async function registryPlace(): Promise<RegistryPlace> {
  const [port, eventsPort] = [await freePort(), await freePort()];
  const [endpoint, eventsEndpoint] = [port, eventsPort].map((each) => `tcp://127.0.0.1:${each}`);
  return { port, eventsPort, endpoint: String(endpoint), eventsEndpoint: String(eventsEndpoint) };
}

/** A Python process that is a registry, a client of one, or a service; see registry.py. */
export class PythonRegistry implements AsyncDisposable {
  readonly #peer: PythonPeer;
  readonly #folder: TemporaryFolder;

  private constructor(peer: PythonPeer, folder: TemporaryFolder) {
    this.#peer = peer;
    this.#folder = folder;
  }

  /** Starts Python, which takes the registry at `place` for its own. */
  static async start(place: RegistryPlace): Promise<PythonRegistry> {
    const folder = new TemporaryFolder();
    const image = folder.file("messages.binpb");
    const built = await run("buf", ["build", join("test", "proto"), "-o", image]);
    if (built.status !== 0) throw new Error(built.stderr);
    const ports = [place.port, place.eventsPort].map(String);
    return new PythonRegistry(await PythonPeer.start("registry.py", image, ...ports), folder);
  }

  /** Starts Python with a `ServiceRegistry.Server`. */
  static async serve(place: RegistryPlace): Promise<PythonRegistry> {
    const python = await PythonRegistry.start(place);
    await python.#ask("serve");
    return python;
  }

  /** `ServiceRegistry.Client.registerService` */
  async register(name: string, port: number): Promise<void> {
    await this.#ask("register", { name, port });
  }

  /** `ServiceRegistry.Client.unregisterService`, which gives up after five seconds. */
  async unregister(name: string, port: number): Promise<void> {
    await this.#ask("unregister", { name, port });
  }

  /** `ServiceRegistry.Client.lookupService` */
  async lookup(name: string): Promise<ServiceEntry> {
    return (await this.#ask("lookup", { name })) as ServiceEntry;
  }

  /** Looks a service up and sends it a `Msg01` from a `messaging.Request`. */
  async callByName(name: string, text: string): Promise<string> {
    return (await this.#ask("call", { name, text })) as string;
  }

  /**
   * Starts a `service.Service` that turns texts round; it has registered once this is fulfilled.
   */
  async startService(): Promise<{ readonly name: string; readonly port: number }> {
    return (await this.#ask("startService")) as { name: string; port: number };
  }

  /** `Service.stop`, and waits for the threads that it tells to end. */
  async stopService(): Promise<void> {
    await this.#ask("stopService");
  }

  /** Ends Python. */
  async close(): Promise<void> {
    await this.#peer.close();
    this.#folder[Symbol.dispose]();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async #ask(command: string, fields: Readonly<Record<string, unknown>> = {}): Promise<unknown> {
    this.#peer.tell(command, fields);
    return (await this.#peer.next("answer"))["value"];
  }
}
