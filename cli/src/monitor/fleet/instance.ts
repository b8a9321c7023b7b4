import { timestampMs } from "@bufbuild/protobuf/wkt";
import type { DescribeResponse } from "../../gen/dividere/v1/introspection_pb.js";
import type { InstanceInfo, ProcessInfo, RpcInfo } from "../protocol.js";
import type { Listed } from "./directory.js";
import type { Follower } from "./follower.js";

/** An instance that the monitor knows: from the registry, or from an endpoint that the user gave. */
export interface Row {
  readonly key: string;
  readonly listed: Listed | undefined;
  readonly follower: Follower;
}

/** Returns the name under which an instance is shown. */
export function nameOf({ listed, follower }: Row): string {
  if (listed !== undefined) return listed.name;
  const first = follower.description?.services.find(({ typeName }) => !isOwn(typeName));
  return first?.name || first?.typeName || follower.endpoint;
}

/** Returns all that the page shows of an instance, besides its counters. */
export function instanceInfo(row: Row): InstanceInfo {
  const { key, listed, follower } = row;
  const { description, stats } = follower;
  const described = description?.services.map(({ typeName }) => typeName) ?? [];
  return {
    key,
    name: nameOf(row),
    id: listed?.id ?? description?.instance ?? follower.endpoint,
    endpoint: follower.endpoint,
    version: listed?.version || description?.version || "",
    health: listed?.health ?? (follower.state === "up" ? "SERVING" : "UNKNOWN"),
    metadata: listed?.metadata ?? {},
    services: (described.length > 0 ? described : (listed?.services ?? [])).filter(
      (it) => !isOwn(it),
    ),
    registered: listed !== undefined,
    leaseMs: listed?.leaseMs ?? 0,
    state: follower.state,
    reason: follower.reason,
    process: description === undefined ? undefined : processInfo(description),
    rpcs: description === undefined ? [] : rpcsOf(description),
    links: (stats?.links ?? []).map(({ kind, endpoints }) => ({ kind, endpoints })),
    callable: follower.state === "up" && follower.schema !== undefined,
  };
}

function processInfo(description: DescribeResponse): ProcessInfo {
  const { runtime, platform, pid, host, startedAt } = description;
  return {
    runtime,
    platform,
    pid,
    host,
    startedAt: startedAt === undefined ? 0 : timestampMs(startedAt),
  };
}

function rpcsOf({ services }: DescribeResponse): readonly RpcInfo[] {
  return services
    .filter(({ typeName }) => !isOwn(typeName))
    .flatMap(({ typeName, rpcs }) =>
      rpcs.map(({ name, request, response, clientStreaming, serverStreaming, published }) => ({
        path: `${typeName}/${name}`,
        request,
        response,
        clientStreaming,
        serverStreaming,
        published,
      })),
    );
}

/** Whether a service is part of dividere itself. */
export function isOwn(name: string): boolean {
  return name.startsWith("dividere.v1.Introspection");
}
