import {
  describeService,
  type ServiceDescription,
  schemasOf,
} from "../../introspection/introspected.js";
import type { MtMsgReactor } from "../../reactor/reactor.js";

/** The description of a worker's reactor, as it travels to the parent process. */
export interface WorkerDescription {
  readonly services: readonly ServiceDescription[];
  /** Serialised `FileDescriptorSet`s in base64. */
  readonly schemas: readonly string[];
}

/** Describes a reactor, which may be of another copy of this package. */
export async function describeWorker(reactor: MtMsgReactor): Promise<WorkerDescription> {
  const served = (reactor as Partial<MtMsgReactor>)._served ?? [];
  const schemas = schemasOf(served);
  const texts = schemas.filter((schema) => typeof schema === "string");
  const services = served.map(describeService);
  if (texts.length === schemas.length) return { services, schemas: texts };
  const { joinSchemas } = await import("../../introspection/schema.js");
  const joined = Buffer.from(await joinSchemas(schemas)).toString("base64");
  return { services, schemas: [joined] };
}
