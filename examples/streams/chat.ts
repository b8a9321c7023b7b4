// Talks in the room, a line of the input at a time, until the input ends: `npm run chat -- Ada`.
import { createInterface } from "node:readline";
import { ChatRequest } from "./gen/chat_dividere.js";

const [name = "somebody", endpoint = "tcp://127.0.0.1:5573"] = process.argv.slice(2);

await using chat = new ChatRequest(endpoint);
for await (const heard of chat.talk(lines(), { headers: { name } })) {
  console.log(`${heard.name}: ${heard.text}`);
}

async function* lines() {
  for await (const text of createInterface({ input: process.stdin })) yield { text };
}
