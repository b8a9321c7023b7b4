import { connect, type Socket } from "node:net";
import type { HostileFrames } from "./hostile-frames.js";

/** The greeting of ZMTP 3.1 with the mechanism NULL. */
const greeting = Buffer.concat([
  Uint8Array.of(0xff, 0, 0, 0, 0, 0, 0, 0, 1, 0x7f, 3, 1),
  Buffer.from("NULL".padEnd(20, "\0")),
  new Uint8Array(32),
]);

/** Connections at a time; a system allows a process about a thousand. */
const AT_ONCE = 200;

/**
 * Connects so many times to a port without being a peer: with part of a greeting and silence, with a whole one and
 * silence, with a whole one and garbage, or with garbage from the start. Fulfilled when the other side has ended every
 * connection; those that only wait are ended by the limit for shaking hands.
 */
export async function knock(port: number, count: number, frames: HostileFrames): Promise<void> {
  for (let done = 0; done < count; done += AT_ONCE) {
    const some = Math.min(AT_ONCE, count - done);
    await Promise.all(
      Array.from({ length: some }, async (_, index) => {
        const socket = connect(port, "127.0.0.1").resume();
        // A reset is an end as well.
        socket.on("error", () => {});
        socket.on("connect", () => say(socket, (done + index) % 4, frames));
        await new Promise((resolve) => socket.on("close", resolve));
      }),
    );
  }
}

function say(socket: Socket, manner: number, frames: HostileFrames): void {
  if (manner === 0) socket.write(greeting.subarray(0, 1 + (frames.frame().length % 63)));
  else if (manner === 1) socket.write(greeting);
  else if (manner === 2) socket.write(Buffer.concat([greeting, frames.frame(), frames.frame()]));
  else socket.write(Buffer.concat([Uint8Array.of(0), frames.frame(), frames.frame()]));
}
