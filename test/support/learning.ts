import { inject } from "vitest";
import type { SqlJobInputs } from "../../provider/flink/sqlJobInputs.ts";
import { FIVE_MINUTES_MS } from "../oracle/model/expectations.ts";
import type { Row } from "../oracle/model/message.ts";
import { windowRow } from "../oracle/model/outputs.ts";
import type { WindowResult } from "../oracle/model/windows.ts";
import { OwnTopics } from "./ownTopics.ts";
import { pipelineJob } from "./secureJobs.ts";
import { consume, produce } from "./topics.ts";

const services = inject("services");
const { kafka } = services;

export const START = Date.UTC(2026, 10, 2);
export const ROWS_A_DAY = 288;

/** One CPU in each of eight partitions. */
export const SERIES = ["doc", "dopey", "grumpy", "happy", "sleepy", "sneezy", "bashful", "snow"].map(
  (hostname, partition) => ({ hostname, cpu: "cpu1", partition }),
);

/**
 * Five minutes of a daily habit, with something unusual in each half day, at a different time for each CPU: either the
 * average, or the peak only.
 */
export function window(hostname: string, turn: number): WindowResult {
  const shifted = turn + 7 * hostname.length;
  const start = START + turn * FIVE_MINUTES_MS;
  const usual = 40 + 15 * Math.cos((turn / ROWS_A_DAY) * 2 * Math.PI) + ((turn * 7_919) % 41) / 8;
  const average = shifted % 131 === 130 ? 95 : usual;
  const maximum = shifted % 113 === 112 ? 97 : Math.min(100, average + ((turn * 5_417) % 31) / 8);
  return { hostname, cpu: "cpu1", start, end: start + FIVE_MINUTES_MS, average, maximum };
}

/** The pipelines `expect` and `learned` with their own topics and their input. */
export class Learning {
  readonly topics: OwnTopics<"cpu_agg_stats" | "cpu_expected" | "cpu_alerts">;
  readonly sent: WindowResult[] = [];
  readonly inputs: SqlJobInputs;

  constructor(
    private readonly settings: Record<string, string>,
    readonly series = SERIES,
  ) {
    this.topics = new OwnTopics(kafka, ["cpu_agg_stats", "cpu_expected", "cpu_alerts"], series.length);
    this.inputs = this.job("expect");
  }

  job(pipeline: "expect" | "learned"): SqlJobInputs {
    const job = pipelineJob(pipeline, services);
    return { ...job, tables: job.tables.map((ddl) => this.topics.table(ddl)), settings: this.settings };
  }

  async send(windows: readonly (WindowResult & { readonly partition: number })[]): Promise<void> {
    this.sent.push(...windows);
    const messages = windows.map(({ partition, ...result }) => ({
      partition,
      value: JSON.stringify(windowRow(result)),
    }));
    await produce(kafka, this.topics.of("cpu_agg_stats"), messages);
  }

  results(atLeast = 0): Promise<Row[]> {
    return consume(kafka, this.topics.of("cpu_expected"), { atLeast });
  }
}
