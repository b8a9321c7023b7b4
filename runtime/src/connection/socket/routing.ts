import { Dealer as DealerSocket, Router as RouterSocket } from "zeromq";
import { type ConnectorOptions, receiveSettings, sendSettings, socketSettings } from "./options.js";

/** Makes a ROUTER socket that fails a message at once if its peer is gone or does not read. */
export function routerSocket(options: ConnectorOptions): RouterSocket {
  return new RouterSocket({
    ...socketSettings(options),
    ...sendSettings(options),
    ...receiveSettings(options),
    mandatory: true,
    // A client that lost its connection may reconnect before the router notices the loss.
    handover: true,
  });
}

/** Makes a DEALER socket that routers know by `identity`. */
export function dealerSocket(options: ConnectorOptions, identity: string): DealerSocket {
  return new DealerSocket({
    ...socketSettings(options),
    ...sendSettings(options),
    ...receiveSettings(options),
    routingId: identity,
  });
}
