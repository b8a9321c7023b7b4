// A steady load: twenty orders a second, of which one in eleven is for an item that there is not.
import { RequestError } from "dividere/messaging";
import { OrdersRequest } from "./gen/services_dividere.js";

const registry = process.env["REGISTRY"] ?? "tcp://127.0.0.1:5000";
const orders = await OrdersRequest.lookup({ registry, wait: true });

const items = ["tea", "coffee", "cocoa"];
const countries = ["DE", "FR", "SE"];
let made = 0;
let placed = 0;
let refused = 0;
let failed = 0;

const timer = setInterval(() => void order(made++), 50);
const report = setInterval(tell, 5_000);
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.once(signal, () => {
    clearInterval(timer);
    clearInterval(report);
    void orders.drain({ timeoutMs: 2_000 });
  });
}

async function order(number: number): Promise<void> {
  const item = number % 11 === 10 ? "nectar" : (items[number % 3] ?? "tea");
  const country = countries[(number % 7) % 3] ?? "DE";
  try {
    await orders.place({ item, count: 1 + (number % 4), country }, { timeoutMs: 10_000 });
    if (placed++ === 0) console.log("placed the first order");
  } catch (error) {
    if (error instanceof RequestError && error.status === "NOT_FOUND") refused++;
    else if (failed++ === 0) console.log(`an order failed: ${(error as Error).message}`);
  }
}

function tell(): void {
  console.log(`${placed} orders placed, ${refused} refused, ${failed} failed`);
}
