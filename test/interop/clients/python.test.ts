import assert from "node:assert/strict";
import { join } from "node:path";
import { PythonEnvironment } from "../../support/python-environment.js";
import { failure } from "../../support/toolchain.js";
import { type ClientCommand, clients, testClient } from "./clients.js";

const folder = join(clients, "python");
const environment = new PythonEnvironment(join(folder, "requirements.txt"));

const build = async (): Promise<ClientCommand> => {
  const { python } = environment;
  const protoc = [
    "-m",
    "grpc_tools.protoc",
    "-I",
    "../proto",
    "-I",
    "../node_modules/dividere/proto",
  ];
  const protos = ["greeter.proto", "MsgLib.proto", "dividere/v1/options.proto"];
  const args = [...protoc, "--python_out=.", ...protos];
  assert.equal(await failure(python, args, { cwd: folder }), undefined);
  return [python, join(folder, "client.py")];
};

testClient("Python without dividere", await environment.missing(), build, true);
