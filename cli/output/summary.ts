import { placeOf } from "../../clients/results/output.ts";
import { type FlinkAccess, isOnAiven } from "../../components/contract.ts";
import { table } from "../../lib/table.ts";
import type { StackOutputs } from "../engine/outputs.ts";

/** What runs where, one line each. */
export function describeStack(outputs: StackOutputs): string {
  const { host, port, database, user } = outputs.postgres;
  return table([
    ...flinkLines(outputs.flink),
    ["Kafka", outputs.kafka.bootstrapServers],
    ["PostgreSQL", `${host}:${port}, database ${database}, user ${user}`],
    ...(outputs.openSearch ? [["OpenSearch", outputs.openSearch.url]] : []),
    ["Readings", `topic ${outputs.sourceTopic}`],
    ...Object.entries(outputs.results).map(([pipeline, output]) => [`  ${pipeline}`, placeOf(output)]),
    ...(outputs.logs === undefined ? [] : [["Logs", outputs.logs]]),
  ]);
}

function flinkLines(flink: FlinkAccess): string[][] {
  if (isOnAiven(flink)) return [["Flink", `service ${flink.service} of the Aiven project ${flink.project}`]];
  return [
    ["Flink web UI", flink.webUrl],
    ["Flink SQL Gateway", flink.gatewayUrl],
  ];
}
