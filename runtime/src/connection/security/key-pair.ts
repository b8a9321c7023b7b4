import { inspect } from "node:util";
import { curveKeyPair } from "zeromq";
import { builtin } from "../../base/builtin.js";
import { DividereError } from "../../base/errors.js";
import { KEY_LENGTH, keyToBytes, keyToText } from "./z85.js";

/** The bytes before the 32 bytes of an X25519 key in PKCS #8 (RFC 8410). */
const PKCS8_PREFIX = Buffer.from("302e020100300506032b656e04220420", "hex");

/**
 * The long-term key pair of one end of a CURVE connection (ZeroMQ RFC 26/CURVEZMQ): a public key to
 * give to others, and a secret key that never leaves the machine. Both are text of 40 characters
 * (RFC 32/Z85).
 *
 * Logging, inspecting or serialising a pair shows the public key alone.
 *
 * @example
 * ```ts
 * import { KeyPair, Router } from "dividere/connection";
 * // From a secret manager; loadKeyPair() reads a file.
 * const keys = new KeyPair(process.env["GREETER_SECRET_KEY"] ?? "");
 * await using router = new Router("tcp://127.0.0.1:5555", {
 *   security: { keys, allow: { folder: "keys/clients" } },
 * });
 * await router.send(await router.recv());
 * ```
 */
export class KeyPair {
  static {
    // The output of `console.log`, which would not show a private field.
    Object.defineProperty(KeyPair.prototype, inspect.custom, {
      value(this: KeyPair): string {
        return `KeyPair { publicKey: '${this.publicKey}', secretKey: [hidden] }`;
      },
    });
  }

  /** The key by which others know this end. */
  readonly publicKey: string;
  readonly #secretKey: string;

  /**
   * @param secretKey - The secret key; the public one follows from it. {@link generateKeyPair} makes
   *   a new one, {@link loadKeyPair} reads one from its file.
   * @throws DividereError `KEY_INVALID` when `secretKey` is not a key.
   */
  constructor(secretKey: string) {
    this.publicKey = publicKeyOf(secretKey);
    this.#secretKey = secretKey;
  }

  /**
   * Returns the secret key, for a program that stores the key elsewhere, for example in a vault.
   */
  revealSecretKey(): string {
    return this.#secretKey;
  }

  /** Returns the public key, for `JSON.stringify`. */
  toJSON(): { readonly publicKey: string } {
    return { publicKey: this.publicKey };
  }
}

/**
 * Makes a new key pair from the operating system's random numbers.
 *
 * @throws DividereError `SECURITY_UNAVAILABLE` when libzmq was built without CURVE.
 */
export function generateKeyPair(): KeyPair {
  try {
    return new KeyPair(curveKeyPair().secretKey);
  } catch (cause) {
    if (cause instanceof DividereError) throw cause;
    throw new DividereError(
      "SECURITY_UNAVAILABLE",
      "libzmq cannot make a CURVE key pair: it was built without CURVE. Install the zeromq package's own build, which has it",
      { cause },
    );
  }
}

/**
 * Returns the public key that belongs to a secret key.
 *
 * @throws DividereError `KEY_INVALID` when `secretKey` is not a key.
 */
function publicKeyOf(secretKey: string): string {
  const bytes = typeof secretKey === "string" ? keyToBytes(secretKey) : undefined;
  if (bytes === undefined) throw noKey("A secret key", secretKey);
  const { createPrivateKey, createPublicKey } = builtin("node:crypto");
  const privateKey = createPrivateKey({
    key: Buffer.concat([PKCS8_PREFIX, bytes]),
    format: "der",
    type: "pkcs8",
  });
  const { x = "" } = createPublicKey(privateKey).export({ format: "jwk" });
  return keyToText(Buffer.from(x, "base64url"));
}

/**
 * Checks a public key.
 *
 * @param what - The subject of the error's sentence, such as "The server key of tcp://…".
 * @throws DividereError `KEY_INVALID` when `key` is not a public key.
 */
export function checkPublicKey(key: unknown, what: string): string {
  if (typeof key === "string" && keyToBytes(key) !== undefined) return key;
  throw noKey(what, key);
}

/**
 * Makes the error for an invalid key. The text itself is never shown: it may be a secret key with
 * an extra letter.
 */
function noKey(what: string, given: unknown): DividereError {
  const found =
    typeof given !== "string"
      ? `is ${given === null ? "null" : `of the type ${typeof given}`}`
      : given.length === KEY_LENGTH
        ? "has characters that are none of Z85's"
        : `has ${given.length} characters`;
  return new DividereError(
    "KEY_INVALID",
    `${what} is ${KEY_LENGTH} characters of Z85 text, and this one ${found}; generateKeyPair() makes keys, loadKeyPair() and loadPublicKey() read them from their files`,
  );
}
