import { join } from "node:path";
import { run } from "../../support/child.js";
import { PythonPeer } from "../../support/python.js";
import { TemporaryFolder } from "../../support/temporary-folder.js";

/**
 * A value as it travels to Python and back; a message is `$type` and its fields in protobuf's JSON
 * form.
 */
export type PythonValue =
  | null
  | boolean
  | number
  | string
  | { readonly $type: string; readonly fields: Readonly<Record<string, unknown>> }
  | { readonly $class: string }
  | { readonly $bytes: string }
  | { readonly $tuple: readonly PythonValue[] }
  | { readonly $eval: string }
  | readonly PythonValue[];

/**
 * A Python process in which a test makes dividere's objects and calls them. Calls are answered one
 * after the other.
 */
export class PythonObjects implements AsyncDisposable {
  readonly #peer: PythonPeer;
  readonly #folder: TemporaryFolder;

  private constructor(peer: PythonPeer, folder: TemporaryFolder) {
    this.#peer = peer;
    this.#folder = folder;
  }

  /** Starts Python with the messages of test/proto. */
  static async start(): Promise<PythonObjects> {
    const folder = new TemporaryFolder();
    const image = folder.file("messages.binpb");
    const built = await run("buf", ["build", join("test", "proto"), "-o", image]);
    if (built.status !== 0) throw new Error(built.stderr);
    return new PythonObjects(await PythonPeer.start("objects.py", image), folder);
  }

  /** Makes an object: `make("sub", "messaging.Subscriber", ["tcp://localhost:5555"])`. */
  async make(name: string, className: string, args: readonly PythonValue[] = []): Promise<void> {
    this.#peer.tell("make", { name, class: className, arguments: args });
    await this.#answer();
  }

  /** Calls a method and gives what it returns, once it does. */
  async call(
    name: string,
    method: string,
    args: readonly PythonValue[] = [],
  ): Promise<PythonValue> {
    this.#peer.tell("call", { name, method, arguments: args });
    return await this.#answer();
  }

  /** Forgets an object, which closes it: Python's dividere does that when it is collected. */
  async drop(name: string): Promise<void> {
    this.#peer.tell("drop", { name });
    await this.#answer();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#peer.close();
    this.#folder[Symbol.dispose]();
  }

  async #answer(): Promise<PythonValue> {
    const answer = await this.#peer.next("answer");
    if (answer["error"] !== undefined) throw new Error(`Python raised ${String(answer["error"])}`);
    return answer["value"] as PythonValue;
  }
}

/** A message for Python. */
export function message(type: string, fields: Readonly<Record<string, unknown>>): PythonValue {
  return { $type: type, fields };
}
