// The service of the orders: finds the other services by name, and publishes each order.
import type { RequestContext } from "dividere/messaging";
import { stopOnSignals } from "dividere/service";
import type { Order, Receipt } from "./gen/messages.js";
import {
  OrderNewsPublisher,
  OrdersService,
  PricesRequest,
  TaxRequest,
} from "./gen/services_dividere.js";

const registry = process.env["REGISTRY"] ?? "tcp://127.0.0.1:5000";
const events = process.env["EVENTS"] ?? "tcp://127.0.0.1:5600";

const lookup = { registry, wait: true };
await using prices = await PricesRequest.lookup(lookup);
await using tax = await TaxRequest.lookup(lookup);
await using news = new OrderNewsPublisher(events);

class MyOrders extends OrdersService {
  #number = 0;

  override async handleOrder(order: Order, ctx: RequestContext): Promise<Receipt> {
    const { item, count, country } = order;
    // A refusal of the other services is this handler's answer too.
    const price = await prices.quote({ name: item }, ctx.callOptions());
    const { cents } = await tax.add({ cents: price.cents * count, country }, ctx.callOptions());
    const number = ++this.#number;
    await news.placed({ number, item, count });
    return { number, cents };
  }
}

const service = new MyOrders({ registry, listen: "127.0.0.1", version: "2.1.0" });
service.onStatus((status) => console.log(status));
stopOnSignals(service);
await service.stopped;
