import { prometheusText } from "../../output/prometheus.js";
import type { Fleet } from "../fleet/fleet.js";

/** Returns the last counters of all instances, and whether each answers, in the text format of Prometheus. */
export function metricsText(fleet: Fleet): string {
  const up = fleet.instances.map(({ name, endpoint, state }) => {
    return `dividere_up{service="${escaped(name)}",endpoint="${escaped(endpoint)}"} ${state === "up" ? 1 : 0}\n`;
  });
  const lines = [...new Set(up)];
  const head =
    "# HELP dividere_up Whether the instance tells its counters.\n# TYPE dividere_up gauge\n";
  return (lines.length === 0 ? "" : head + lines.join("")) + prometheusText(fleet.readings);
}

function escaped(value: string): string {
  return value.replace(/[\\"]/g, "\\$&").replace(/\n/g, "\\n");
}
