// The registry that services and clients meet at: `npm run registry`.
import { RegistryServer } from "dividere/registry";

// Other machines would be served with "tcp://*:5000", the default.
const endpoint = process.env["REGISTRY"] ?? "tcp://127.0.0.1:5000";
const registry = new RegistryServer({ endpoint });
console.log(`registry: answers at ${registry.endpoint}`);

for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => void registry.stop());
