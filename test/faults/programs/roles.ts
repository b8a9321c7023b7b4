import type { Gap, PublisherOptions, ReactorOptions } from "dividere/messaging";
import { LoadBalancing, MpMsgReactor, Router, stopOnSignals } from "dividere/messaging";
import { RegistryServer, type RegistryServerOptions } from "dividere/registry";
import type { ServiceOptions } from "dividere/service";
import { Msg01 } from "../../gen/plain.js";
import { GreeterPublisher, GreeterService, GreeterSubscriber } from "../../gen/plain_dividere.js";
import { Desk } from "./desk.js";
import FaultsReactor from "./faults-reactor.js";
import { FaultsRequest } from "./faults-request.js";

/** A part that a process plays. */
interface Part {
  readonly endpoints: readonly string[];
  stats?(): object;
  // biome-ignore lint/suspicious/noExplicitAny: each role says what its scenario may ask of it
  act?(how: any): Promise<unknown>;
  stop(): unknown;
}

const local = "tcp://127.0.0.1:*";

function reactorPart(reactor: FaultsReactor): Part {
  stopOnSignals(reactor);
  return {
    endpoints: reactor.endpoints,
    stats: () => {
      const { begun, late, aborted, errors } = reactor;
      return { begun, late, aborted, errors };
    },
    // The clock of this process goes an hour forward, as when somebody sets it.
    act: async () => {
      const { now } = Date;
      Date.now = () => now() + 3_600_000;
    },
    // What a test has left at work is not waited for.
    stop: () => reactor.close(),
  };
}

interface ServerOptions extends ReactorOptions {
  readonly endpoint?: string;
  readonly throws?: boolean;
  readonly routers?: number;
}

/** The parts, each made from the options of its scenario. */
export const roles: Readonly<
  // biome-ignore lint/suspicious/noExplicitAny: each role has options of its own
  Record<string, (options: any) => Part | Promise<Part>>
> = {
  server: ({ endpoint = local, routers = 1, ...options }: ServerOptions) => {
    const links = Array.from({ length: routers }, () => new Router(endpoint, [Msg01], {}));
    return reactorPart(new FaultsReactor(links, options));
  },
  worker: ({ broker }: { broker: string }) => reactorPart(new FaultsReactor({ broker })),
  broker: async ({ frontend = local, backend = local, ...options }) => {
    const broker = new LoadBalancing.Broker(frontend, backend, options);
    return {
      endpoints: [...broker.frontendEndpoints, ...broker.backendEndpoints],
      stats: () => ({ ...broker.counters, queued: broker.queued, workers: broker.workers }),
      act: () => broker.waitForWorkers(1),
      stop: () => broker.stop(),
    };
  },
  registry: (options: RegistryServerOptions) => {
    const registry = new RegistryServer({ endpoint: local, ...options });
    return {
      endpoints: [registry.endpoint, registry.eventsEndpoint],
      stop: () => registry.stop(),
    };
  },
  service: (options: ServiceOptions) => {
    class Service extends GreeterService {
      handleMsg01(message: Msg01): Msg01 {
        return message;
      }
      handleScalars<T>(message: T): T {
        return message;
      }
      handleMsg02(): void {}
      handleTelegram(): void {}
    }
    const service = new Service({ ...options, listen: "127.0.0.1", unregisterTimeoutMs: 5_000 });
    stopOnSignals(service);
    let registrations = 0;
    service.onStatus((status) => {
      if (status === "registered") registrations++;
    });
    return {
      endpoints: [`tcp://127.0.0.1:${service.port}`],
      stats: () => ({ state: service.status, registrations }),
      act: () => service.waitUntilRegistered(),
      stop: () => service.stop(),
    };
  },
  desk: async ({ typeName, ...options }: ServiceOptions & { typeName: string }) => {
    const desk = new Desk(typeName, { ...options, listen: "127.0.0.1" });
    await desk.waitUntilRegistered();
    return {
      endpoints: [`tcp://127.0.0.1:${desk.port}`],
      stats: () => ({ begun: desk.begun }),
      stop: () => desk.stop(),
    };
  },
  farm: ({ workers }: { workers: number }) => {
    const farm = new MpMsgReactor(new URL("./faults-reactor.js", import.meta.url), {
      serve: local,
      workers,
      concurrency: 50,
    });
    let [crashes, lost] = [0, 0];
    const ready = new Promise<void>((resolve) => {
      let count = 0;
      farm.onStatus((status) => {
        if (status.type === "ready" && ++count === workers) resolve();
        if (status.type !== "crashed") return;
        crashes++;
        lost += status.lost.requests;
      });
    });
    return {
      endpoints: farm.endpoints,
      stats: () => ({ crashes, lost }),
      act: () => ready,
      stop: () => farm.close(),
    };
  },
  subscriber: ({ endpoint }: { endpoint: string }) => {
    const subscriber = new GreeterSubscriber(endpoint);
    let events = 0;
    const gaps: Gap[] = [];
    subscriber.onGap((gap) => gaps.push(gap));
    const reading = (async () => {
      for await (const _ of subscriber) events++;
    })();
    return {
      endpoints: [],
      stats: () => {
        const { lost } = subscriber.stats;
        const told = gaps.reduce((sum, gap) => sum + gap.lost, 0);
        return { events, lost, gaps: gaps.length, told };
      },
      stop: async () => {
        subscriber.close();
        await reading.catch(() => {});
      },
    };
  },
  publisher: (options: PublisherOptions) => {
    const publisher = new GreeterPublisher(local, options);
    let published = 0;
    return {
      endpoints: publisher.endpoints,
      stats: () => ({ published, stats: publisher.stats }),
      act: async (count: number) => {
        await publisher.waitForSubscribers(1);
        for (const end = published + count; published < end; published++) {
          const sent = publisher.announce({ field1: `${published} ${"x".repeat(1_000)}` });
          // A publisher that is to drop what has no room does not wait for its sends.
          if (options.whenFull === undefined) await sent;
          else if (published % 100 === 0) await new Promise(setImmediate);
        }
      },
      stop: () => publisher.close(),
    };
  },
  client: ({ endpoint, count }: { endpoint: string; count: number }) => {
    const client = new FaultsRequest(endpoint);
    return {
      endpoints: [],
      act: async () => {
        for (let each = 0; each < count; each++)
          client.ask("wait", 10_000).catch((error) => console.error(error));
        return count;
      },
      stop: () => client.close(),
    };
  },
};
