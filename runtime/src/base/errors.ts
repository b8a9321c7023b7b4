import type { StatusCode } from "./status-code.js";

/**
 * What went wrong, for a program to decide on. Every error of this package is a
 * {@link DividereError} with one of these codes; docs/errors.md says of each what to do next.
 *
 * - `ENDPOINT_INVALID` – an endpoint that no socket could bind or connect to.
 * - `ADDRESS_IN_USE` – another socket has the address.
 * - `BIND_FAILED`, `CONNECT_FAILED` – the operating system refused, `cause` says why.
 * - `CLOSED` – the link is closed, or was closed while the call waited.
 * - `TIMEOUT` – `timeoutMs` has passed.
 * - `OUT_OF_ORDER` – REQ and REP sockets send and receive in turn, and it was the other's turn.
 * - `QUEUE_FULL` – more messages wait for the socket than `sendQueueLimit` allows.
 * - `PEER_UNREACHABLE` – a router has no peer with that route.
 * - `PEER_BUSY` – a router's peer reads more slowly than it is written to.
 * - `SEND_FAILED`, `RECEIVE_FAILED` – libzmq refused, `cause` says why.
 * - `READER_BUSY` – a second `for await` over one link.
 * - `MALFORMED_ENVELOPE`, `MALFORMED_MESSAGE` – bytes that are no envelope, or an envelope whose
 *   message does not parse.
 * - `UNKNOWN_MESSAGE_TYPE` – a message of a type that the link was not given.
 * - `GENERATED_CODE_INVALID` – code that was generated for another version of this package, or with
 *   options that leave out what it needs.
 * - `UNENCODABLE_MESSAGE` – an object that the message type's encoder does not take.
 * - `HEADERS_INVALID` – headers with a key that is not allowed, or too large ones.
 * - `MISSING_HANDLER` – a reactor without a method for a type.
 * - `HANDLER_FAILED`, `NO_REPLY` – a handler threw, or answered a request with nothing.
 * - `NOT_FOUND` – no service of that name is registered.
 * - `REQUEST_FAILED` – the other side could not answer; see {@link RequestError.status}.
 * - `WORKER_FAILED`, `WORKER_LOST` – a worker process that could not be started, or that ended by
 *   itself.
 */
export type ErrorCode =
  | "ENDPOINT_INVALID"
  | "ADDRESS_IN_USE"
  | "BIND_FAILED"
  | "CONNECT_FAILED"
  | "CLOSED"
  | "TIMEOUT"
  | "OUT_OF_ORDER"
  | "QUEUE_FULL"
  | "PEER_UNREACHABLE"
  | "PEER_BUSY"
  | "SEND_FAILED"
  | "RECEIVE_FAILED"
  | "READER_BUSY"
  | "MALFORMED_ENVELOPE"
  | "MALFORMED_MESSAGE"
  | "UNKNOWN_MESSAGE_TYPE"
  | "GENERATED_CODE_INVALID"
  | "UNENCODABLE_MESSAGE"
  | "HEADERS_INVALID"
  | "MISSING_HANDLER"
  | "HANDLER_FAILED"
  | "NO_REPLY"
  | "NOT_FOUND"
  | "REQUEST_FAILED"
  | "WORKER_FAILED"
  | "WORKER_LOST";

/** The name of a class of this package, as its errors carry it from one copy of the package to another. */
const CLASS = Symbol.for("dividere.error.class");

/**
 * Lets `instanceof` hold for an error that another copy of this package has thrown: called by each
 * error class of the package for itself. Classes that extend them elsewhere compare as usual.
 */
export function acrossCopies(errorClass: { readonly prototype: Error }, name: string): void {
  Object.defineProperty(errorClass.prototype, CLASS, { value: name });
  Object.defineProperty(errorClass, Symbol.hasInstance, {
    value(this: { readonly prototype: object }, thrown: unknown): boolean {
      if (this !== errorClass) return Function.prototype[Symbol.hasInstance].call(this, thrown);
      return classesOf(thrown).includes(name);
    },
  });
}

/** The names of the classes of this package that an object is of. */
function classesOf(thrown: unknown): readonly unknown[] {
  if (typeof thrown !== "object" || thrown === null) return [];
  const names: unknown[] = [];
  for (let at = Object.getPrototypeOf(thrown); at !== null; at = Object.getPrototypeOf(at)) {
    if (Object.hasOwn(at, CLASS)) names.push(at[CLASS]);
  }
  return names;
}

/**
 * The base of every error that this package throws: a `code` for programs, a message for people,
 * the `cause` where there is one.
 */
export class DividereError extends Error {
  static {
    acrossCopies(DividereError, "DividereError");
  }

  override readonly name: string = "DividereError";
  /** What went wrong. */
  readonly code: ErrorCode;

  /** @param message - What happened, which endpoint or type it was about, and what to do next. */
  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** A socket that could not be opened, or that libzmq refused to use. */
export class ConnectionError extends DividereError {
  static {
    acrossCopies(ConnectionError, "ConnectionError");
  }

  override readonly name: string = "ConnectionError";
  /** The endpoint as it was given. */
  readonly endpoint: string;

  /** @param endpoint - As the program gave it. */
  constructor(code: ErrorCode, endpoint: string, message: string, options?: ErrorOptions) {
    super(code, message, options);
    this.endpoint = endpoint;
  }
}

/** Bytes that do not decode. The socket that they came from goes on working. */
export class DecodeError extends DividereError {
  static {
    acrossCopies(DecodeError, "DecodeError");
  }

  override readonly name: string = "DecodeError";
  /** The full name of the message type as the sender gave it, where that much could be read. */
  readonly typeName: string | undefined;

  /** @param options - With the full name of the message type, where that much could be read. */
  constructor(code: ErrorCode, message: string, options?: ErrorOptions & { typeName?: string }) {
    super(code, message, options);
    this.typeName = options?.typeName;
  }
}

/** A typed detail of a {@link RequestError}: a message of any type in its encoded form. */
export interface ErrorDetail {
  /** The full name of the message's type. */
  readonly typeName: string;
  /** The message's bytes. */
  readonly value: Uint8Array;
}

/** A message type that reads a detail, such as one of ts-proto's. */
interface DetailType<T> {
  readonly $type: string;
  decode(input: Uint8Array): T;
}

/**
 * A request that was not answered with the message that was asked for. A handler throws it to tell
 * the requester why; the requester's call is rejected with the same `status`, message and details.
 * Any other error of a handler stays on the server: the requester then sees the status
 * `HANDLER_FAILED` and no details.
 */
export class RequestError extends DividereError {
  static {
    acrossCopies(RequestError, "RequestError");
  }

  override readonly name: string = "RequestError";
  /**
   * Why, in a word that both sides know, such as `NOT_FOUND`. `REFUSED` when a plain peer answered
   * `ack { ok: false }`.
   */
  readonly status: string;
  /** Typed details, in the order in which the server gave them; {@link detail} reads one. */
  readonly details: readonly ErrorDetail[];

  /**
   * @param status - One of gRPC's codes, such as `NOT_FOUND`, or a word of the application's own, by
   *   convention in upper case.
   * @param message - A sentence for people; it travels to the requester.
   * @param options - With `details`, which travel to the requester; `errorDetail()` makes one.
   */
  constructor(
    status: StatusCode | (string & {}),
    message: string,
    options?: ErrorOptions & { details?: readonly ErrorDetail[] },
  ) {
    super("REQUEST_FAILED", message, options);
    this.status = status;
    this.details = options?.details ?? [];
  }

  /**
   * Returns the first detail of a type; `undefined` where there is none.
   *
   * @throws Error when its bytes are not a message of that type.
   */
  detail<T>(type: DetailType<T>): T | undefined {
    const found = this.details.find(({ typeName }) => typeName === type.$type);
    return found === undefined ? undefined : type.decode(found.value);
  }
}

/**
 * A request that no one answered however often it was sent; its code is `TIMEOUT`. It may have been
 * carried out all the same, more than once even.
 */
export class RetryError extends DividereError {
  static {
    acrossCopies(RetryError, "RetryError");
  }

  override readonly name: string = "RetryError";
  /** How often the request was sent. */
  readonly attempts: number;

  /**
   * @param attempts - How often the request was sent; 0 when no peer was connected to send it to.
   */
  constructor(attempts: number, message: string, options?: ErrorOptions) {
    super("TIMEOUT", message, options);
    this.attempts = attempts;
  }
}

/** The error of a call on a link that is closed. */
export function linkClosed(endpoints: string): DividereError {
  return new DividereError("CLOSED", `The link to ${endpoints} is closed`);
}

/** Makes an `Error` of whatever was thrown. */
export function toError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown), { cause: thrown });
}

/** The code that Node.js and zeromq.js put on an error, such as `EADDRINUSE`. */
export function systemCode(error: unknown): string | undefined {
  return error instanceof Error && "code" in error && typeof error.code === "string"
    ? error.code
    : undefined;
}
