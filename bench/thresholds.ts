import { withPostgres } from "../clients/postgres/client.ts";
import type { Bench } from "./support/bench.ts";
import { EVEN, fillTopic } from "./support/readings.ts";
import type { Report } from "./support/report.ts";

const ROUNDS = 2;
const MANY = 1_000_000;

/** Looking up readings among the tutorial's seven thresholds, and among a million. */
export async function thresholds(bench: Bench, report: Report): Promise<void> {
  const { postgres } = bench.cluster;
  await fillTopic(bench.cluster, EVEN.topic, EVEN);
  const query = (sql: string, values: unknown[] = []) =>
    withPostgres(postgres, (client) => client.query(sql, values));
  for (let round = 0; round < ROUNDS; round++) {
    report.add("thresholdFilter, 7 thresholds", await bench.run(["thresholdFilter"], EVEN));
    await query(
      "INSERT INTO cpu_thresholds SELECT 'another-' || number, 80 FROM generate_series(8, $1) AS number",
      [MANY],
    );
    report.add("thresholdFilter, 1,000,000 thresholds", await bench.run(["thresholdFilter"], EVEN));
    await query("DELETE FROM cpu_thresholds WHERE hostname LIKE 'another-%'");
  }
}
