import { toError } from "../base/errors.js";

/** Finds free ports (Python: `connection.PortManager`). */
export const PortManager: {
  /**
   * Returns a TCP port that was free on every address of this machine a moment ago. Another program
   * may take the port before it is bound; a socket that chooses its own port, with
   * `tcp://127.0.0.1:*` and {@link Connector.endpoints}, has no such gap.
   */
  acquire(): Promise<number>;
} = {
  acquire: async () => {
    // Loaded on demand: the import takes long, and most programs need no free port.
    const { createServer } = await import("node:net");
    return await new Promise<number>((resolve, reject) => {
      const server = createServer();
      server.once("error", (error) => reject(toError(error)));
      server.listen(0, () => {
        const address = server.address();
        server.close(() => {
          if (address !== null && typeof address === "object") resolve(address.port);
          else reject(new Error("The operating system gave no port"));
        });
      });
    });
  },
};
