import type { ServiceDefinition } from "../messaging/call/rpc.js";
import {
  ack,
  RegisterService,
  ServiceLookupRep,
  ServiceLookupReq,
  UnregisterService,
} from "../wire/gen/MsgLib.js";

/** The registry as a service, with its requests and responses. */
export const registryDefinition: ServiceDefinition = {
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
    Lookup: {
      path: "ServiceRegistry/Lookup",
      handler: "handleServiceLookupReq",
      request: ServiceLookupReq,
      response: ServiceLookupRep,
    },
  },
};

/** The server in the answer to a lookup of an unlisted name; the port is 0. */
export const UNAVAILABLE = "unavailable";
