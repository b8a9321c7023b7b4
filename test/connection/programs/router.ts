// Binds a router that answers nothing; the arguments are its endpoint and what it prints once it is bound.
import { Router } from "dividere/connection";

const [endpoint = "", word = "bound"] = process.argv.slice(2);
await using router = new Router(endpoint);
await using _second = new Router("@tcp://*:*");
console.log(word);
await router.recv();
