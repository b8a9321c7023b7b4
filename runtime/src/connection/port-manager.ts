import { toError } from "../base/errors.js";

/** Finds free ports (Python: `connection.PortManager`). */
export const PortManager: {
  /**
   * A TCP port that was free on every address of this machine a moment ago. Nothing keeps it free
   * until it is bound; where a socket can choose for itself, `tcp://127.0.0.1:*` and
   * {@link Connector.endpoints} have no such gap.
   */
  acquire(): Promise<number>;
} = {
  acquire: async () => {
    // Loaded here: it takes long, and most programs ask for no port.
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
