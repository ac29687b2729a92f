import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { withPostgres } from "../../clients/postgres/client.ts";
import type { PipelineName } from "../../components/pipelines.ts";
import { jobSettings } from "../../components/selfManaged/sqlCluster.ts";
import type { SqlJobInputs } from "../../provider/flink/sqlJobInputs.ts";
import { flinkTime } from "../oracle/model/time.ts";
import { Background } from "../support/background.ts";
import { uniqueName } from "../support/names.ts";
import { OwnTopics } from "../support/ownTopics.ts";
import { pipelineJob } from "../support/secureJobs.ts";
import { cancelAll, create } from "../support/sqlJobs.ts";
import { consume, produce, until } from "../support/topics.ts";

const services = inject("services");
const { kafka, postgres } = services;
const FORGET_AFTER_MS = 6_000;
const START = Date.UTC(2026, 0, 5);
const MINUTE_MS = 60_000;

/** Each job has two tasks with one partition each. */
const PARALLELISM = 2;
const partitionsOf = (host: string) => ({ gone: [0], kept: [1] })[host] ?? [0, 1];

interface Row {
  readonly hostname: string;
  readonly [column: string]: unknown;
}

/** The input of one rule. Each turn is later than the previous one. */
interface Rule {
  readonly pipeline: PipelineName;
  readonly topic: string;
  /** Rows that begin an episode of these hosts, and keep it going. */
  readonly isWrong: (turn: number, hosts: readonly string[]) => Row[];
  /** Rows that end it. */
  readonly isRight: (turn: number, hosts: readonly string[]) => Row[];
}

const window = (hostname: string, start: number, columns: object): Row => ({
  hostname,
  cpu: "cpu1",
  window_start: flinkTime(start),
  window_end: flinkTime(start + MINUTE_MS / 2),
  ...columns,
});
const averages = (average: number) => (turn: number, hosts: readonly string[]) =>
  [0, 1].flatMap((half) =>
    hosts.map((host) =>
      window(host, START + turn * MINUTE_MS + half * 30_000, { usage_avg: average, usage_max: average }),
    ),
  );
const verdicts = (kind: string | null) => (turn: number, hosts: readonly string[]) =>
  hosts.map((host) => window(host, START + turn * 240 * MINUTE_MS, { actual: 50, expected: 20, kind }));
const reading = (hostname: string, occurredAt: number): Row => ({
  hostname,
  cpu: "cpu1",
  usage: 20,
  occurred_at: occurredAt,
});

const rules: readonly Rule[] = [
  { pipeline: "alerts", topic: "cpu_agg_stats", isWrong: averages(95), isRight: averages(5) },
  { pipeline: "learned", topic: "cpu_expected", isWrong: verdicts("spike"), isRight: verdicts(null) },
  {
    pipeline: "silent",
    topic: "cpu_load_stats_real",
    // Event time advances without them.
    isWrong: (turn, hosts) => [
      ...hosts.map((host) => reading(host, START + turn * 10 * MINUTE_MS)),
      reading("clock", START + turn * 10 * MINUTE_MS + 5 * MINUTE_MS),
    ],
    isRight: (turn, hosts) => [
      ...hosts.map((host) => reading(host, START + turn * 10 * MINUTE_MS)),
      reading("clock", START + turn * 10 * MINUTE_MS + MINUTE_MS / 2),
    ],
  },
];

/** One rule with its own topics. */
class Watching {
  readonly topics: OwnTopics<string>;
  readonly inputs: SqlJobInputs;

  constructor(
    readonly rule: Rule,
    thresholds: string,
  ) {
    this.topics = new OwnTopics(kafka, [rule.topic, "cpu_alerts"], PARALLELISM);
    const job = pipelineJob(rule.pipeline, services);
    const own = (ddl: string) => this.topics.table(ddl).replaceAll("cpu_thresholds", thresholds);
    const settings = jobSettings({ stateTtlMs: FORGET_AFTER_MS });
    this.inputs = { ...job, tables: job.tables.map(own), settings, parallelism: PARALLELISM };
  }

  send(rows: readonly Row[]): Promise<void> {
    const messages = rows.flatMap((row) =>
      partitionsOf(row.hostname).map((partition) => ({ partition, value: JSON.stringify(row) })),
    );
    return produce(kafka, this.topics.of(this.rule.topic), messages);
  }

  async eventsOf(host: string): Promise<unknown[]> {
    const rows = await consume(kafka, this.topics.of("cpu_alerts"));
    return rows.filter(({ hostname }) => hostname === host).map(({ event }) => event);
  }
}

describe("an episode of a CPU that sends nothing", () => {
  const table = uniqueName("thresholds").replaceAll("-", "_");
  const watched = rules.map((rule) => new Watching(rule, table));

  beforeAll(async () => {
    await withPostgres(postgres, async (client) => {
      await client.query(
        `CREATE TABLE ${table} (hostname TEXT PRIMARY KEY, allowed_top NUMERIC(5, 2) NOT NULL)`,
      );
      await client.query(`INSERT INTO ${table} VALUES ('gone', 80), ('kept', 80)`);
    });
    for (const { topics, inputs } of watched) {
      await topics.create();
      await create(inputs);
    }
    // All wait for the same time to pass.
    await Promise.all(watched.map((each) => each.send(each.rule.isWrong(0, ["gone", "kept"]))));
  });

  afterAll(async () => {
    await cancelAll(watched.map(({ inputs }) => inputs.job));
    for (const { topics } of watched) await topics.delete();
    await withPostgres(postgres, (client) => client.query(`DROP TABLE ${table}`));
  });

  it("is forgotten by each rule, and the episodes of other CPUs are not", { timeout: 120_000 }, async () => {
    const forAll = (does: (each: Watching) => Promise<unknown>) => Promise.all(watched.map(does));
    let turn = 1;
    // From the start: on a busy machine the first episodes may take as long to appear as state is kept.
    const others = new Background(async (isStopped) => {
      for (; !isStopped(); await sleep(FORGET_AFTER_MS / 12)) {
        await forAll((each) => each.send(each.rule.isWrong(turn, ["kept"])));
        turn++;
      }
    });
    try {
      await forAll((each) =>
        until(async () => (await each.eventsOf("gone")).length > 0, `an episode of ${each.rule.pipeline}`),
      );
      // The state is cleared after one and a half times that time at the latest.
      await sleep(2 * FORGET_AFTER_MS);
    } finally {
      await others.stop();
    }
    await forAll((each) => each.send(each.rule.isRight(turn, ["gone", "kept"])));
    await forAll((each) =>
      until(
        async () => (await each.eventsOf("kept")).at(-1) === "cleared",
        `the end of the other's episode of ${each.rule.pipeline}`,
      ),
    );
    for (const each of watched) expect(await each.eventsOf("gone"), each.rule.pipeline).toEqual(["raised"]);
  });
});
