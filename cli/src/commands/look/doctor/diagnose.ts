import type { Security } from "dividere/connection";
import { DividereError, RequestError } from "dividere/messaging";
import { ExitCode } from "../../../app/exit-codes.js";
import { CommandFailure } from "../../../app/failure.js";
import type { ClientKeyOptions } from "../../../app/options.js";
import { DynamicClient } from "../../../connect/client.js";
import { clientSecurity } from "../../../connect/keys.js";
import { type Peeked, peek } from "../../../connect/peek.js";
import { describeService } from "../../../connect/self-description.js";
import { checkedEndpoint } from "./endpoint.js";
import { handshake } from "./handshake.js";
import { rolesOf } from "./socket-types.js";

/** One thing that was looked at. */
export interface Check {
  readonly name: string;
  readonly ok: boolean;
  readonly text: string;
}

/** What is at an endpoint. */
export interface Diagnosis {
  readonly endpoint: string;
  /** The result in a word, for programs. */
  readonly verdict:
    | "service"
    | "publisher"
    | "plain"
    | "silent-service"
    | "wrong-socket"
    | "nothing"
    | "foreign"
    | "not-answering"
    | "curve"
    | "no-curve"
    | "keys";
  readonly checks: readonly Check[];
  /** The next step. */
  readonly next: string | undefined;
  readonly exitCode: number;
}

interface Settings {
  readonly keys: ClientKeyOptions;
  /** Whether a message may be sent. */
  readonly asks: boolean;
  readonly signal: AbortSignal;
}

/** Looks at what is at an endpoint, one layer after the other. */
export async function diagnose(given: string, settings: Settings): Promise<Diagnosis> {
  return await new Examination(checkedEndpoint(given), settings).diagnosis();
}

type ZeroMQ = Peeked & { readonly kind: "zeromq" };

class Examination {
  readonly #endpoint: string;
  readonly #asks: boolean;
  readonly #signal: AbortSignal;
  readonly #security: Security | undefined;
  readonly #checks: Check[] = [];

  constructor(endpoint: string, { keys, asks, signal }: Settings) {
    this.#endpoint = endpoint;
    this.#asks = asks;
    this.#signal = signal;
    this.#security = clientSecurity(keys, [endpoint]).security;
  }

  async diagnosis(): Promise<Diagnosis> {
    const found = await peek(this.#endpoint);
    if (found.kind !== "zeromq") return this.#foreign(found);
    this.#pass("reachable", this.#endpoint);
    this.#pass("zeromq", `ZMTP ${found.version}`);
    const { failed, socketType } = await this.#secured(found);
    if (failed !== undefined) return failed;
    const roles = rolesOf(socketType, this.#endpoint);
    if (!roles.usable) {
      return this.#end("wrong-socket", ExitCode.failed, roles.next, ["socket", roles.text]);
    }
    this.#pass("socket", roles.text);
    if (roles.kind === "service" && this.#asks) return await this.#asked();
    const verdict = roles.kind === "service" ? "silent-service" : roles.kind;
    return this.#end(verdict, ExitCode.done, roles.next);
  }

  #foreign(found: Exclude<Peeked, ZeroMQ>): Diagnosis {
    if (found.kind === "nothing") {
      const next = "start the program there, or check the host and the port";
      return this.#end("nothing", ExitCode.unreachable, next, ["reachable", found.reason]);
    }
    this.#pass("reachable", this.#endpoint);
    if (found.kind === "silent") {
      const why = "accepts connections, and sends no greeting within 2 s";
      const next = "another kind of program has that port, or its process is stopped";
      return this.#end("not-answering", ExitCode.unreachable, next, ["zeromq", why]);
    }
    const why = `no ZeroMQ: it sent ${JSON.stringify(found.beginning)}`;
    const next = "another program has that port; check the endpoint";
    return this.#end("foreign", ExitCode.failed, next, ["zeromq", why]);
  }

  async #secured(
    found: ZeroMQ,
  ): Promise<{ readonly failed?: Diagnosis; readonly socketType?: string | undefined }> {
    const { mechanism } = found;
    if (mechanism !== "CURVE") {
      const text = `none: ${mechanism}`;
      if (this.#security === undefined) {
        this.#pass("security", text);
        return found;
      }
      const next = "leave --key and --server-key out, or secure the server";
      return { failed: this.#end("no-curve", ExitCode.security, next, ["security", text]) };
    }
    if (this.#security === undefined) {
      const next = "give --key <file> and --server-key <file>";
      const failed: Failed = ["security", "it speaks CURVE only"];
      return { failed: this.#end("curve", ExitCode.security, next, failed) };
    }
    const { error, socketType } = await handshake(this.#endpoint, this.#security, this.#signal);
    if (error !== undefined) {
      const failed: Failed = ["security", error.message];
      return { failed: this.#end("keys", ExitCode.security, undefined, failed) };
    }
    this.#pass("security", "CURVE, and the keys are accepted");
    return { socketType };
  }

  async #asked(): Promise<Diagnosis> {
    try {
      await using client = new DynamicClient(
        [this.#endpoint],
        this.#security === undefined ? {} : { security: this.#security },
      );
      const { runtime, platform, version, services } = await describeService(client, this.#signal);
      this.#pass("runtime", `${runtime}, ${platform}`);
      if (version !== "") this.#pass("version", version);
      this.#pass("services", services.map(({ typeName }) => typeName).join(", ") || "none");
      return this.#end("service", ExitCode.done, `dividere describe ${this.#endpoint}`);
    } catch (error) {
      this.#signal.throwIfAborted();
      const text = whySilent(error);
      if (text === undefined) throw error;
      this.#pass("services", text);
      return this.#end("silent-service", ExitCode.done, "calls work with --proto <file>");
    }
  }

  #pass(name: string, text: string): void {
    this.#checks.push({ name, ok: true, text });
  }

  #end(
    verdict: Diagnosis["verdict"],
    exitCode: number,
    next: string | undefined,
    failed?: Failed,
  ): Diagnosis {
    if (failed !== undefined) this.#checks.push({ name: failed[0], ok: false, text: failed[1] });
    return { endpoint: this.#endpoint, verdict, checks: this.#checks, next, exitCode };
  }
}

type Failed = readonly [name: string, text: string];

/** Explains why a service did not describe itself; `undefined` for a failure of this program. */
function whySilent(error: unknown): string | undefined {
  if (error instanceof CommandFailure && error.code === "NO_INTROSPECTION") {
    return "it does not tell: introspection is off, or its version is older";
  }
  if (error instanceof RequestError) return `it refuses to tell: ${error.status}: ${error.message}`;
  if (error instanceof DividereError && error.code === "TIMEOUT") {
    return "no answer within 5 s: a broker without servers, or a program of another kind";
  }
  return undefined;
}
