import type { StatusCode } from "./status-code.js";

/**
 * The kinds of failure, for programs. Every error of this package is a {@link DividereError} with one
 * of these codes; docs/errors.md gives the next step for each.
 *
 * - `ENDPOINT_INVALID` – an endpoint that no socket could bind or connect to.
 * - `ADDRESS_IN_USE` – another socket has the address.
 * - `BIND_FAILED`, `CONNECT_FAILED` – the operating system refused; `cause` says why.
 * - `CLOSED` – the link is closed, or was closed while the call waited.
 * - `TIMEOUT` – `timeoutMs` has passed.
 * - `OUT_OF_ORDER` – REQ and REP sockets alternate between sending and receiving, and the call was
 *   out of turn.
 * - `QUEUE_FULL` – more messages wait for the socket than `sendQueueLimit` and `sendQueueBytes` allow.
 * - `PEER_UNREACHABLE` – a router has no peer with that route.
 * - `PEER_BUSY` – a router's peer reads more slowly than the router sends.
 * - `SEND_FAILED`, `RECEIVE_FAILED` – libzmq refused; `cause` says why.
 * - `READER_BUSY` – a second `for await` over one link.
 * - `MALFORMED_ENVELOPE`, `MALFORMED_MESSAGE` – bytes that are no envelope, or an envelope whose
 *   message does not parse.
 * - `UNKNOWN_MESSAGE_TYPE` – a message of a type that the link was not given.
 * - `GENERATED_CODE_INVALID` – code that was generated for another version of this package, or with
 *   options that leave out a required part.
 * - `UNENCODABLE_MESSAGE` – an object that the message type's encoder rejects.
 * - `OPTION_INVALID` – an option with a value that is not allowed.
 * - `HEADERS_INVALID` – headers with a key that is not allowed, or too large ones.
 * - `MISSING_HANDLER` – a reactor has no method for a message type.
 * - `HANDLER_FAILED`, `NO_REPLY` – a handler threw, or answered a request with no message.
 * - `NOT_FOUND` – no service of that name is registered.
 * - `REQUEST_FAILED` – the other side could not answer; see {@link RequestError.status}.
 * - `WORKER_FAILED`, `WORKER_LOST` – a worker process did not start, or ended unasked.
 * - `SECURITY_INVALID` – the option `security` lacks what an endpoint needs, or does not fit it.
 * - `SECURITY_UNAVAILABLE` – this libzmq has no CURVE, or the handler that checks keys cannot start.
 * - `SECURITY_MISMATCH` – one side speaks CURVE and the other does not.
 * - `KEY_INVALID` – a text or a file that is no CURVE key, or two keys that are no pair.
 * - `KEY_FILE_OPEN` – a key file that others than its owner could read, or a list that they could
 *   write.
 * - `KEY_FILE_FAILED` – a key file that could not be read or written, `cause` says why.
 * - `KEY_REFUSED` – a server does not let this key in.
 * - `SERVER_KEY_WRONG` – the server has another key than the client was given.
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
  | "OPTION_INVALID"
  | "HEADERS_INVALID"
  | "MISSING_HANDLER"
  | "HANDLER_FAILED"
  | "NO_REPLY"
  | "NOT_FOUND"
  | "REQUEST_FAILED"
  | "WORKER_FAILED"
  | "WORKER_LOST"
  | "SECURITY_INVALID"
  | "SECURITY_UNAVAILABLE"
  | "SECURITY_MISMATCH"
  | "KEY_INVALID"
  | "KEY_FILE_OPEN"
  | "KEY_FILE_FAILED"
  | "KEY_REFUSED"
  | "SERVER_KEY_WRONG";

/** Where docs/errors.md is shown; a test compares it with the repository that package.json names. */
const PAGE = "https://github.com/dividere/dividere-typescript/blob/main/docs/errors.md";

/** The key of an error class's name, which all copies of this package share. */
const CLASS = Symbol.for("dividere.error.class");

/**
 * Makes `instanceof` hold for an error that another copy of this package has thrown. Each error class
 * of the package calls this for itself; subclasses outside the package compare as usual.
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

/** Returns the names of this package's classes of which an object is an instance. */
function classesOf(thrown: unknown): readonly unknown[] {
  if (typeof thrown !== "object" || thrown === null) return [];
  const names: unknown[] = [];
  for (let at = Object.getPrototypeOf(thrown); at !== null; at = Object.getPrototypeOf(at)) {
    if (Object.hasOwn(at, CLASS)) names.push(at[CLASS]);
  }
  return names;
}

/**
 * The base of every error that this package throws, with a `code` for programs, a message for people,
 * and the `cause` if there is one.
 */
export class DividereError extends Error {
  static {
    acrossCopies(DividereError, "DividereError");
  }

  override readonly name: string = "DividereError";
  /** The kind of failure. */
  readonly code: ErrorCode;
  /** The address of a page, at the line with the meaning of the code and the next step. */
  readonly docs: string;

  /** @param message - The event, its endpoint or message type, and the next step. */
  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    this.docs = `${PAGE}#${code.toLowerCase()}`;
  }
}

/** The failure to open a socket, or libzmq's refusal to use it. */
export class ConnectionError extends DividereError {
  static {
    acrossCopies(ConnectionError, "ConnectionError");
  }

  override readonly name: string = "ConnectionError";
  /** The endpoint as it was given. */
  readonly endpoint: string;

  /** @param endpoint - The endpoint as the program gave it. */
  constructor(code: ErrorCode, endpoint: string, message: string, options?: ErrorOptions) {
    super(code, message, options);
    this.endpoint = endpoint;
  }
}

/** The failure to decode received bytes. The socket goes on working. */
export class DecodeError extends DividereError {
  static {
    acrossCopies(DecodeError, "DecodeError");
  }

  override readonly name: string = "DecodeError";
  /** The full name of the message type as the sender wrote it; undefined if it is unreadable. */
  readonly typeName: string | undefined;

  /** @param options - With the full name of the message type, if it is readable. */
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
 * The refusal of a request. A handler throws this error to tell the requester the reason; the
 * requester's call then rejects with the same `status`, message and details. Any other error of a
 * handler stays on the server: the requester sees the status `HANDLER_FAILED` and no details.
 *
 * @example
 * ```ts
 * import { RequestError } from "dividere/messaging";
 * import type { Msg01 } from "./gen/greeter.js";
 * import { GreeterReactor } from "./gen/greeter_dividere.js";
 *
 * export class MyReactor extends GreeterReactor {
 *   handleMsg01({ field1 }: Msg01): Msg01 {
 *     if (field1 === "") throw new RequestError("INVALID_ARGUMENT", "The text is empty");
 *     return { field1: [...field1].reverse().join("") };
 *   }
 *
 *   handleMsg02(): void {}
 * }
 * ```
 */
export class RequestError extends DividereError {
  static {
    acrossCopies(RequestError, "RequestError");
  }

  override readonly name: string = "RequestError";
  /**
   * The reason, as a word that both sides know, such as `NOT_FOUND`. `REFUSED` when a plain peer
   * answered `ack { ok: false }`.
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
 * A request that got no answer after all retries; its code is `TIMEOUT`. A server may have carried out
 * the request all the same, even more than once.
 */
export class RetryError extends DividereError {
  static {
    acrossCopies(RetryError, "RetryError");
  }

  override readonly name: string = "RetryError";
  /** The number of times that the request was sent. */
  readonly attempts: number;

  /**
   * @param attempts - The number of times that the request was sent; 0 if no peer was connected.
   */
  constructor(attempts: number, message: string, options?: ErrorOptions) {
    super("TIMEOUT", message, options);
    this.attempts = attempts;
  }
}

/** Makes the error for a call on a closed link. */
export function linkClosed(endpoints: string): DividereError {
  return new DividereError("CLOSED", `The link to ${endpoints} is closed`);
}

/** Returns a thrown value as an `Error`. */
export function toError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown), { cause: thrown });
}

/** Returns the code that Node.js or zeromq.js put on an error, such as `EADDRINUSE`. */
export function systemCode(error: unknown): string | undefined {
  return error instanceof Error && "code" in error && typeof error.code === "string"
    ? error.code
    : undefined;
}
