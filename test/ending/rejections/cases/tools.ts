import { once } from "node:events";
import { connect, createServer } from "node:net";
import { setLogger } from "dividere/connection";
import { freePort } from "../../../support/ports.js";

/** Things that go wrong, by what is done. Each ends by itself, and leaves nothing open. */
export type Cases = Readonly<Record<string, () => Promise<void>>>;

export const anywhere = "tcp://127.0.0.1:*";
export const soon = { timeoutMs: 10_000 };
export const bytes = (text = "x"): Uint8Array => Buffer.from(text);

/** An endpoint at which nobody is. */
export async function nowhere(): Promise<string> {
  return `tcp://127.0.0.1:${await freePort()}`;
}

/** What a program of the test throws. */
export class Thrown extends Error {}

/** Throws. */
export const throws = (): never => {
  throw new Thrown("thrown by the program");
};

/** Returns a promise that is rejected, as an async function does where its type allows none. */
export const rejects = (): never => Promise.reject(new Thrown("rejected by the program")) as never;

/** Reasons of a signal, some of which are no errors. */
export const reasons: readonly unknown[] = [new Thrown("enough"), "enough", undefined, null, 0];

/** A promise of a call, whose failure the program looks at later. */
export function later<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => {});
  return promise;
}

/** Waits until all have settled, whatever becomes of them. */
export async function settled(
  ...promises: readonly (Promise<unknown> | undefined)[]
): Promise<void> {
  await Promise.allSettled(promises);
}

/** Lets everything happen that is due, and a few milliseconds pass. */
export async function pause(ms = 20): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, ms));
}

/** The messages that the package has logged since the start. */
export const logged: string[] = [];

/** Keeps the log off standard error. */
export function keepLog(): void {
  const keep = (_details: object, message: string): void => void logged.push(message);
  setLogger({ error: keep, warn: keep, info: keep, debug: keep });
}

/** A port that accepts connections and says nothing, so that no handshake ends. */
export async function mutePort(): Promise<AsyncDisposable & { readonly endpoint: string }> {
  const sockets = new Set<{ destroy(): void }>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => {});
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  return {
    endpoint: `tcp://127.0.0.1:${port}`,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
}

/** Connects to an endpoint, says half a greeting and leaves. */
export async function halfGreeting(endpoint: string): Promise<void> {
  const socket = connect(Number(endpoint.split(":").at(-1)), "127.0.0.1");
  socket.on("error", () => {});
  await once(socket, "connect");
  socket.write(Buffer.from([0xff, 0, 0, 0, 0]));
  await pause(5);
  socket.destroy();
}
