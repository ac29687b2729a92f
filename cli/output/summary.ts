import pc from "picocolors";
import { placeOf } from "../../clients/results/output.ts";
import { type FlinkAccess, isOnAiven } from "../../components/contract.ts";
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

/** Rows in columns, each as wide as its widest cell; the first column is bold. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows
    .map((row) => row.map((cell, column) => pad(cell, widths[column] ?? 0, column, row.length)).join("  "))
    .join("\n");
}

function pad(cell: string, width: number, column: number, columns: number): string {
  const padded = column === columns - 1 ? cell : cell.padEnd(width);
  return column === 0 ? `  ${pc.bold(padded)}` : padded;
}
