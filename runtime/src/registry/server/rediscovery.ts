import { log } from "../../base/log.js";
import type { Publisher } from "../../messaging/links/publisher.js";
import type { RediscoverReq } from "../../wire/gen/MsgLib.js";

/** Services that reconnect together, as after a restart of the registry, get one message together. */
const MIN_INTERVAL_MS = 250;

/**
 * Tells services to register again, whenever a service has subscribed.
 *
 * Python's registry publishes once, a second after its start; services that connect later never get
 * the message. A subscription shows that a service has just connected, and that the registry may not
 * know it: the service may have been registered with an earlier registry at this endpoint. So each
 * subscription is answered; a listed service registers once more, which changes nothing.
 */
export class Rediscovery {
  readonly #publisher: Publisher<typeof RediscoverReq>;
  #timer: NodeJS.Timeout | undefined;
  #pending = false;

  constructor(publisher: Publisher<typeof RediscoverReq>) {
    this.#publisher = publisher;
    publisher.connector._onSubscription(() => this.ask());
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#publisher.close();
  }

  /** Tells the services now, or, if that was only just done, a little later. */
  ask(): void {
    if (this.#timer !== undefined) {
      this.#pending = true;
      return;
    }
    this.#publish();
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      if (!this.#pending) return;
      this.#pending = false;
      this.ask();
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
