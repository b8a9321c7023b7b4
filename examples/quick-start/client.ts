import { GreeterRequest } from "./gen/greeter_dividere.js";

await using greeter = new GreeterRequest(process.argv[2] ?? "tcp://localhost:5555");
const reply = await greeter.reverse({ field1: "hello" }, { timeoutMs: 1_000 });
console.log(reply.field1); // olleh
