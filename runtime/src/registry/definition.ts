import type { RpcDefinition, ServiceDefinition } from "../messaging/call/rpc.js";
import type { MessageType } from "../messaging/envelope/message-type.js";
import {
  ListRequest,
  ListResponse,
  RegisterRequest,
  RegisterResponse,
  RenewRequest,
  RenewResponse,
  UnregisterRequest,
  UnregisterResponse,
  WatchRequest,
  WatchResponse,
} from "../wire/gen/dividere/v1/registry.js";
import {
  ack,
  RegisterService,
  ServiceLookupRep,
  ServiceLookupReq,
  UnregisterService,
} from "../wire/gen/MsgLib.js";

/** An rpc with a response. */
type Answered<Q extends object, R extends object> = RpcDefinition<Q, R> & {
  readonly response: MessageType<R>;
};

/** A lookup by Python's messages. */
export const lookupRpc: Answered<ServiceLookupReq, ServiceLookupRep> = {
  path: "ServiceRegistry/Lookup",
  handler: "handleServiceLookupReq",
  request: ServiceLookupReq,
  response: ServiceLookupRep,
  idempotency: "NO_SIDE_EFFECTS",
};

/** The registry by Python's messages, as a service. */
export const plainRegistryDefinition: ServiceDefinition = {
  typeName: "ServiceRegistry",
  name: "ServiceRegistry",
  rpcs: {
    Register: {
      path: "ServiceRegistry/Register",
      handler: "handleRegisterService",
      request: RegisterService,
      response: ack,
    },
    Unregister: {
      path: "ServiceRegistry/Unregister",
      handler: "handleUnregisterService",
      request: UnregisterService,
      response: ack,
    },
    Lookup: lookupRpc,
  },
};

/** The rpcs of `dividere.v1.Registry`. All may be repeated: they name the instance. */
export const registryRpcs: {
  readonly Register: Answered<RegisterRequest, RegisterResponse>;
  readonly Renew: Answered<RenewRequest, RenewResponse>;
  readonly Unregister: Answered<UnregisterRequest, UnregisterResponse>;
  readonly List: Answered<ListRequest, ListResponse>;
  readonly Watch: Answered<WatchRequest, WatchResponse>;
} = {
  Register: {
    path: "dividere.v1.Registry/Register",
    handler: "handleRegisterRequest",
    request: RegisterRequest,
    response: RegisterResponse,
    idempotency: "IDEMPOTENT",
  },
  Renew: {
    path: "dividere.v1.Registry/Renew",
    handler: "handleRenewRequest",
    request: RenewRequest,
    response: RenewResponse,
    idempotency: "IDEMPOTENT",
  },
  Unregister: {
    path: "dividere.v1.Registry/Unregister",
    handler: "handleUnregisterRequest",
    request: UnregisterRequest,
    response: UnregisterResponse,
    idempotency: "IDEMPOTENT",
  },
  List: {
    path: "dividere.v1.Registry/List",
    handler: "handleListRequest",
    request: ListRequest,
    response: ListResponse,
    idempotency: "NO_SIDE_EFFECTS",
  },
  Watch: {
    path: "dividere.v1.Registry/Watch",
    kind: "serverStream",
    handler: "handleWatchRequest",
    request: WatchRequest,
    response: WatchResponse,
    idempotency: "NO_SIDE_EFFECTS",
  },
};

/** The registry as the service `dividere.v1.Registry`, with leases, instances and a watch. */
export const registryDefinition: ServiceDefinition = {
  typeName: "dividere.v1.Registry",
  name: "dividere.v1.Registry",
  rpcs: registryRpcs,
};

/** The server in the answer to a lookup of an unlisted name; the port is 0. */
export const UNAVAILABLE = "unavailable";
