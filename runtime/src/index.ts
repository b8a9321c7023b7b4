/**
 * Typed protobuf messages over ZeroMQ. Each layer is a namespace here, and also a subpath:
 * `dividere/connection`, `dividere/messaging`, `dividere/registry`, `dividere/service`.
 *
 * @module
 */
export * as connection from "./connection/index.js";
export * as messaging from "./messaging/index.js";
export * as registry from "./registry/index.js";
export * as service from "./service/index.js";
