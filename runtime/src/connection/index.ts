/**
 * Bytes over ZeroMQ: sockets that bind or connect in their constructor, wait with time-outs and
 * signals, and close on request.
 *
 * @module
 */
export type { Drained, DrainOptions } from "../base/drain.js";
export { ConnectionError, DividereError, type ErrorCode, RetryError } from "../base/errors.js";
export { type Logger, type LogLayer, type LogLevel, setLogger, setLogLevel } from "../base/log.js";
export { type Stoppable, stopOnSignals } from "../base/signals.js";
export type { WaitOptions } from "../base/wait.js";
export { Dealer, type DealerOptions } from "./dealer.js";
export type { Routed } from "./frames/routed.js";
export * as LoadBalancing from "./load-balancing/index.js";
export { PortManager } from "./port-manager.js";
export { Proxy, type ProxyOptions } from "./proxy.js";
export { Publisher, type PublisherOptions, type WaitForSubscribersOptions } from "./publisher.js";
export type { DroppedCounts } from "./queue/parts/dropped-counts.js";
export type { WhenFull } from "./queue/send-options.js";
export { Request } from "./request.js";
export { Response } from "./response.js";
export { Router } from "./router.js";
export { type AllowFolder, loadAllowList } from "./security/allow-folder.js";
export type { AllowList, AllowListChange } from "./security/allow-list.js";
export { type KeyFiles, loadKeyPair, loadPublicKey, saveKeyPair } from "./security/key-file.js";
export { generateKeyPair, KeyPair } from "./security/key-pair.js";
export type { Security } from "./security/options.js";
export type { RefusalReason } from "./security/refusal.js";
export type { RefusalCount } from "./security/refusal-counts.js";
export { Connector, type LinkStats } from "./socket/connector.js";
export type { Endpoints, UsualMode } from "./socket/endpoint.js";
export type { Listening } from "./socket/listening.js";
export type { StatusEvent } from "./socket/monitor/monitor.js";
export type { ConnectorOptions, HeartbeatOptions } from "./socket/options.js";
export { Receiver } from "./socket/receiver.js";
export { Subscriber, type SubscriberOptions } from "./subscriber.js";
export type { Side, SidedStatusEvent } from "./two-sided.js";
