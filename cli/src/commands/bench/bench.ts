import { Command } from "commander";
import { benchCallCommand } from "./call.js";
import { benchPubCommand } from "./pub.js";
import { benchSubCommand } from "./sub.js";

export function benchCommand(): Command {
  return new Command("bench")
    .summary("Put load on a service or a publisher, and measure")
    .description("Put load on a service or a publisher, and measure throughput and latency.")
    .addCommand(benchCallCommand())
    .addCommand(benchPubCommand())
    .addCommand(benchSubCommand());
}
