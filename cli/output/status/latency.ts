import type { StackOutputs } from "../../engine/outputs.ts";
import { table } from "../summary.ts";
import { measureLatency } from "./measureLatency.ts";

const MEASURED_MS = 5_000;

/** How long a reading takes from its arrival in Kafka to a reader of the filter's output, measured now. */
export async function describeLatency({ kafka, sourceTopic, results }: StackOutputs): Promise<string> {
  const output = results.filter;
  if (output === undefined || !("topic" in output)) return "  not measured: the pipeline filter does not run";
  const route = { source: sourceTopic, output: output.topic };
  const latency = await measureLatency(kafka, route, MEASURED_MS);
  if (latency === undefined) return `  nothing came through the filter within ${MEASURED_MS / 1000} s`;
  const ms = (value: number) => `${value.toLocaleString("en-GB")} ms`;
  return table([
    ["p50", ms(latency.p50)],
    ["p99", ms(latency.p99)],
    ["results", String(latency.count)],
  ]);
}
