import { log } from "../base/log.js";
import type { Publisher } from "../messaging/links/publisher.js";
import type { RediscoverReq } from "../wire/gen/MsgLib.js";

/** Services that come back together, as after a restart of the registry, are told together. */
const MIN_INTERVAL_MS = 250;

/**
 * Tells services to register again, whenever one has subscribed.
 *
 * Python's registry publishes once, a second after its start, and whoever connects later never
 * hears it. A subscription says that somebody has just come, and that the registry may not know of
 * them: they may have lost a registry that stood here before. So each one is answered; a service
 * that is listed already registers once more, which changes nothing.
 */
export class Rediscovery {
  readonly #publisher: Publisher<typeof RediscoverReq>;
  #timer: NodeJS.Timeout | undefined;
  #pending = false;

  constructor(publisher: Publisher<typeof RediscoverReq>) {
    this.#publisher = publisher;
    publisher.connector._onSubscription(() => this.#subscribed());
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#publisher.close();
  }

  #subscribed(): void {
    if (this.#timer !== undefined) {
      this.#pending = true;
      return;
    }
    this.#publish();
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      if (!this.#pending) return;
      this.#pending = false;
      this.#subscribed();
    }, MIN_INTERVAL_MS);
  }

  #publish(): void {
    log("registry", "debug", {}, "publishing RediscoverReq");
    this.#publisher.send({}).catch((error) => {
      if (!this.#publisher.closed)
        log("registry", "warn", { err: error }, "could not publish RediscoverReq");
    });
  }
}
