// Serves with a generated reactor in its own process.
import { serveBench } from "../role.js";
import EchoReactor from "./reactor.js";

const reactor = new EchoReactor({ serve: "tcp://127.0.0.1:*" });
serveBench({}, { endpoint: reactor.endpoints[0] });
