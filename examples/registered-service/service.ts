// A service that registers under its name: `npm run service`, any number of times, before or after the registry.
import { RequestError } from "dividere/messaging";
import { DictionaryService } from "./gen/dictionary_dividere.js";
import type { Definition, Word } from "./gen/words.js";

const definitions = new Map([
  ["endpoint", "Where a socket binds or connects."],
  ["registry", "Knows where the services are, and tells who asks by name."],
]);

class Dictionary extends DictionaryService {
  override handleWord({ text }: Word): Definition {
    const definition = definitions.get(text);
    if (definition === undefined) {
      throw new RequestError("NOT_FOUND", `"${text}" is not in the dictionary`);
    }
    return { text: definition };
  }
}

const service = new Dictionary({
  registry: process.env["REGISTRY"] ?? "tcp://127.0.0.1:5000",
  // Serves this machine only; without this option, every machine that can reach this one.
  listen: "127.0.0.1",
});
service.onStatus((status) => console.log(`service: ${status}`));

// Unregisters, and lets the requests in hand finish.
for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => void service.stop());
