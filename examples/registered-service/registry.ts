// The registry, which connects services and clients: `npm run registry`.
import { RegistryServer } from "dividere/registry";

// Serves this machine only; the default, "tcp://*:5000", serves other machines too.
const endpoint = process.env["REGISTRY"] ?? "tcp://127.0.0.1:5000";
const registry = new RegistryServer({ endpoint });
console.log(`registry: answers at ${registry.endpoint}`);

for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => void registry.stop());
