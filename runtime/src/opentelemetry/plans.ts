import { type Attributes, SpanKind } from "@opentelemetry/api";
import { remainingMs } from "../messaging/call/deadline.js";
import type { Call } from "../messaging/call/interceptor.js";
import { Attribute, OwnName, SYSTEM } from "./conventions.js";
import type { OperationPlan } from "./operation.js";
import type { Telemetry } from "./telemetry.js";

/** Plans the span and the metrics of a call or an event, at the side where it was intercepted. */
export function planOf(telemetry: Telemetry, call: Call): OperationPlan {
  if (call.event === undefined) return callPlan(telemetry, call);
  return call.side === "client"
    ? publishPlan(telemetry, call.event)
    : processPlan(telemetry, call.event, call);
}

function callPlan(telemetry: Telemetry, call: Call): OperationPlan {
  const { rpc, side, endpoints, deadline, attempt, headers } = call;
  const isClient = side === "client";
  return {
    name: rpc.path,
    kind: isClient ? SpanKind.CLIENT : SpanKind.SERVER,
    parent: isClient ? telemetry.active : telemetry.extract(headers),
    attributes: {
      [Attribute.RPC_SYSTEM_NAME]: SYSTEM,
      [Attribute.RPC_METHOD]: rpc.path,
      ...(isClient && serverOf(endpoints)),
    },
    spanAttributes: {
      ...(deadline !== undefined && { [OwnName.TIMEOUT_MS]: Math.ceil(remainingMs(call)) }),
      ...(attempt !== undefined && { [OwnName.ATTEMPT]: attempt }),
    },
    statusAttribute: Attribute.RPC_STATUS_CODE,
    record: (seconds, attributes, within) => {
      const { clientCalls, serverCalls } = telemetry.instruments;
      (isClient ? clientCalls : serverCalls).record(seconds, attributes, within);
    },
  };
}

function publishPlan(telemetry: Telemetry, event: string): OperationPlan {
  return {
    name: `publish ${event}`,
    kind: SpanKind.PRODUCER,
    parent: telemetry.active,
    attributes: messaging("publish", "send", event),
    record: (seconds, attributes, within) => {
      const { publications, sent } = telemetry.instruments;
      publications.record(seconds, attributes, within);
      sent.add(1, attributes, within);
    },
  };
}

function processPlan(telemetry: Telemetry, event: string, { headers }: Call): OperationPlan {
  return {
    name: `process ${event}`,
    kind: SpanKind.CONSUMER,
    parent: telemetry.extract(headers),
    attributes: messaging("process", "process", event),
    record: (seconds, attributes, within) => {
      const { processing, consumed } = telemetry.instruments;
      processing.record(seconds, attributes, within);
      consumed.add(1, attributes, within);
    },
  };
}

function messaging(name: string, type: string, event: string): Attributes {
  return {
    [Attribute.MESSAGING_SYSTEM_NAME]: SYSTEM,
    [Attribute.MESSAGING_OPERATION_NAME]: name,
    [Attribute.MESSAGING_OPERATION_TYPE]: type,
    [Attribute.MESSAGING_DESTINATION_NAME]: event,
  };
}

/** Returns the address of a client's server; of several servers, the client picks one later. */
function serverOf(endpoints: readonly string[]): Attributes {
  const [endpoint, ...more] = endpoints;
  if (endpoint === undefined || more.length > 0) return {};
  const [, transport, place = ""] = /^[@>]?(\w+):\/\/(.*)$/.exec(endpoint) ?? [];
  if (transport !== "tcp") return place === "" ? {} : { [Attribute.SERVER_ADDRESS]: place };
  const [, host = "", port] = /^(.*):(\d+)$/.exec(place) ?? [];
  if (port === undefined) return {};
  return {
    [Attribute.SERVER_ADDRESS]: host.replace(/^\[(.*)\]$/, "$1"),
    [Attribute.SERVER_PORT]: Number(port),
  };
}
