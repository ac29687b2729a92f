import { placeOf } from "../../clients/results/output.ts";
import { isCluster } from "../../components/contract.ts";
import type { Host } from "../../components/hosts/host.ts";
import { hosts } from "../../components/hosts/registry.ts";
import { table } from "../../lib/table.ts";
import type { StackOutputs } from "../engine/outputs.ts";

/** What runs where, one line each. */
export function describeStack(outputs: StackOutputs): string {
  const { host, port, database, user } = outputs.postgres;
  return table([
    ...(outputs.pageUrl === undefined ? [] : [["Live page", outputs.pageUrl]]),
    ...flinkLines(outputs),
    ["Kafka", outputs.kafka.bootstrapServers],
    ["PostgreSQL", `${host}:${port}, database ${database}, user ${user}`],
    ...(outputs.openSearch ? [["OpenSearch", outputs.openSearch.url]] : []),
    ["Readings", `topic ${outputs.sourceTopic}`],
    ...Object.entries(outputs.results).map(([pipeline, output]) => [`  ${pipeline}`, placeOf(output)]),
    ...(outputs.logs === undefined ? [] : [["Logs", outputs.logs]]),
  ]);
}

export function flinkLines({ flink }: Pick<StackOutputs, "flink">): (readonly [string, string])[] {
  if (!isCluster(flink)) return hosts.flatMap((host: Host) => host.summary?.({ flink }) ?? []);
  return [
    ["Flink web UI", flink.webUrl],
    ["Flink SQL Gateway", flink.gatewayUrl],
  ];
}
