// The service of the prices; main.ts starts two of them.
import { RequestError } from "dividere/messaging";
import { stopOnSignals } from "dividere/service";
import type { Item, Price } from "./gen/messages.js";
import { PricesService } from "./gen/services_dividere.js";

const prices = new Map([
  ["tea", 450],
  ["coffee", 390],
  ["cocoa", 520],
]);

class MyPrices extends PricesService {
  override async handleItem({ name }: Item): Promise<Price> {
    // As long as a database would take.
    await new Promise((resolve) => setTimeout(resolve, 2 + 8 * Math.random()));
    const cents = prices.get(name);
    if (cents === undefined) throw new RequestError("NOT_FOUND", `there is no ${name}`);
    return { cents };
  }
}

const registry = process.env["REGISTRY"] ?? "tcp://127.0.0.1:5000";
const service = new MyPrices({ registry, listen: "127.0.0.1", version: "1.0.0" });
service.onStatus((status) => console.log(status));
stopOnSignals(service);
await service.stopped;
