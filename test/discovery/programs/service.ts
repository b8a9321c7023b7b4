// A service that turns texts round: service.ts <ServiceOptions as JSON>
import { Reverser } from "../../service/reverser.js";

const [options = "{}"] = process.argv.slice(2);
const service = new Reverser(JSON.parse(options));
await service.waitUntilRegistered();
console.log(`ready ${service.port}`);
await service.stopped;
