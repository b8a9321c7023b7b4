import type { MethodDefinition, ServiceDefinition } from "@grpc/grpc-js";
import { Question } from "../../gen/bench.js";

const serialize = (message: Question): Buffer => Buffer.from(Question.encode(message).finish());
const deserialize = (bytes: Buffer): Question => Question.decode(bytes);

const echo: MethodDefinition<Question, Question> = {
  path: "/Bench/Echo",
  requestStream: false,
  responseStream: false,
  requestSerialize: serialize,
  requestDeserialize: deserialize,
  responseSerialize: serialize,
  responseDeserialize: deserialize,
};

/** The service of bench.proto with ts-proto's messages. */
export const bench: ServiceDefinition = { echo };
