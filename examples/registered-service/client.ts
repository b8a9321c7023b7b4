// A client that knows only the service's name: `npm run client -- endpoint registry`.
import { DividereError } from "dividere/messaging";
import { DictionaryRequest } from "./gen/dictionary_dividere.js";

const words = process.argv.slice(2);

try {
  await using dictionary = await DictionaryRequest.lookup({
    registry: process.env["REGISTRY"] ?? "tcp://127.0.0.1:5000",
  });
  for (const text of words.length > 0 ? words : ["endpoint", "registry", "sonnet"]) {
    try {
      const definition = await dictionary.define({ text }, { timeoutMs: 5_000 });
      console.log(`${text}: ${definition.text}`);
    } catch (error) {
      console.log(`${text}: ${describe(error)}`);
    }
  }
} catch (error) {
  console.log(describe(error));
  process.exitCode = 1;
}

function describe(error: unknown): string {
  if (error instanceof DividereError) return error.message;
  throw error;
}
