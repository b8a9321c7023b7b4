// Publishes numbered messages, says which were acknowledged as sent, and is killed while others wait to leave.
import { Publisher } from "dividere/messaging";
import { Msg01 } from "../../gen/plain.js";

const publisher = new Publisher("tcp://127.0.0.1:*", [Msg01], { batch: { delayMs: 1 } });
let number = 0;
const send = async (): Promise<void> => {
  const sending = ++number;
  await publisher.send({ field1: String(sending) });
  console.log(`sent ${sending}`);
};
console.log(publisher.endpoints[0]);
process.stdin.setEncoding("utf8").on("data", (line: string) => {
  if (line.startsWith("send")) void Promise.all([send(), send(), send()]);
  else {
    // Encoded, and not handed to libzmq yet.
    void Promise.all([send(), send(), send()]);
    process.kill(process.pid, "SIGKILL");
  }
});
