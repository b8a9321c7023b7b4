/**
 * Bytes over ZeroMQ: sockets that bind or connect in their constructor, wait with time-outs and
 * signals, and close when told to.
 *
 * @module
 */
export { ConnectionError, DividereError, type ErrorCode, RetryError } from "../base/errors.js";
export { type Logger, type LogLayer, type LogLevel, setLogger, setLogLevel } from "../base/log.js";
export type { WaitOptions } from "../base/wait.js";
export { Connector, type ConnectorOptions } from "./connector.js";
export { Dealer, type DealerOptions } from "./dealer.js";
export type { Endpoints } from "./endpoint.js";
export type { Listening } from "./listening.js";
export * as LoadBalancing from "./load-balancing.js";
export type { StatusEvent } from "./monitor.js";
export { PortManager } from "./port-manager.js";
export { Proxy, type ProxyOptions } from "./proxy.js";
export { Publisher, type WaitForSubscribersOptions } from "./publisher.js";
export { Receiver } from "./receiver.js";
export { Request } from "./request.js";
export { Response } from "./response.js";
export type { Routed } from "./routed.js";
export { Router } from "./router.js";
export type { WhenFull } from "./send-queue.js";
export type { Side, SidedStatusEvent } from "./sides.js";
export { Subscriber, type SubscriberOptions } from "./subscriber.js";
