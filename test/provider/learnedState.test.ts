import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { pipelineSql } from "../../components/pipelineSql.ts";
import { jobSettings } from "../../components/selfManaged/sqlCluster.ts";
import { sqlJobHandler } from "../../provider/flink/sqlJob.ts";
import type { SqlJobInputs, SqlJobState } from "../../provider/flink/sqlJobInputs.ts";
import { difference, describe as inWords } from "../oracle/model/compare.ts";
import {
  type Expectation,
  expectations,
  FIVE_MINUTES_MS,
  type LearningRule,
} from "../oracle/model/expectations.ts";
import { fiveMinutes } from "../oracle/model/fiveMinutes.ts";
import { expectationRow, learnedAlerts, withoutNumbers } from "../oracle/model/learned.ts";
import type { Row } from "../oracle/model/message.ts";
import { flinkTime } from "../oracle/model/time.ts";
import type { WindowResult } from "../oracle/model/windows.ts";
import { Background } from "../support/background.ts";
import { OwnTopics } from "../support/ownTopics.ts";
import { pipelineJob } from "../support/secureJobs.ts";
import { cancelAll, cancelBehindOurBack, create, untilCheckpointed } from "../support/sqlJobs.ts";
import { SQL_VALUES } from "../support/sqlValues.ts";
import { consume, produce, until } from "../support/topics.ts";

const services = inject("services");
const { kafka } = services;
const RULE: LearningRule = { widths: 5, relative: 20, points: 2, memoryDays: 4, repeats: 5 };
const START = Date.UTC(2026, 10, 2);
const ROWS_A_DAY = 288;

/** One CPU in each of eight partitions. */
const SERIES = ["doc", "dopey", "grumpy", "happy", "sleepy", "sneezy", "bashful", "snow"].map(
  (hostname, partition) => ({ hostname, cpu: "cpu1", partition }),
);

/**
 * Five minutes of a daily habit, with something unusual in each half day, at a different time for each CPU: either the
 * average, or the peak only.
 */
function window(hostname: string, turn: number): WindowResult {
  const shifted = turn + 7 * hostname.length;
  const start = START + turn * FIVE_MINUTES_MS;
  const usual = 40 + 15 * Math.cos((turn / ROWS_A_DAY) * 2 * Math.PI) + ((turn * 7_919) % 41) / 8;
  const average = shifted % 131 === 130 ? 95 : usual;
  const maximum = shifted % 113 === 112 ? 97 : Math.min(100, average + ((turn * 5_417) % 31) / 8);
  return { hostname, cpu: "cpu1", start, end: start + FIVE_MINUTES_MS, average, maximum };
}

/** The pipelines `expect` and `learned` with their own topics and their input. */
class Learning {
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
    const messages = windows.map(({ start, end, hostname, cpu, average, maximum, partition }) => ({
      partition,
      value: JSON.stringify({
        window_start: flinkTime(start),
        window_end: flinkTime(end),
        hostname,
        cpu,
        usage_avg: average,
        usage_max: maximum,
      }),
    }));
    await produce(kafka, this.topics.of("cpu_agg_stats"), messages);
  }

  results(atLeast = 0): Promise<Row[]> {
    return consume(kafka, this.topics.of("cpu_expected"), { atLeast });
  }
}

/** Each test continues where the previous one stopped. */
describe.sequential("what was learned about a CPU", () => {
  const learning = new Learning(jobSettings());
  const { inputs } = learning;
  const rule = { ...learning.job("learned"), parallelism: 2 };
  let state: SqlJobState;
  let turn = 0;
  const learned: Expectation[] = [];
  let expected: Row[] = [];

  beforeAll(async () => {
    await learning.topics.create();
    state = await create(inputs);
  });

  afterAll(async () => {
    await cancelAll([inputs.job, rule.job]);
    await learning.topics.delete();
  });

  /** Sends the next rows of each CPU and compares the results with those of all rows sent so far. */
  async function goesOn(rows: number, numbers = RULE): Promise<void> {
    const turns = Array.from({ length: rows }, (_, index) => turn + index);
    turn += rows;
    await learning.send(
      turns.flatMap((at) => SERIES.map((one) => ({ ...window(one.hostname, at), partition: one.partition }))),
    );
    const known = new Set(expected.map(placeOf));
    const all = expectations(fiveMinutes(learning.sent), numbers);
    learned.push(...all.filter((row) => !known.has(placeOf(expectationRow(row)))));
    expected = learned.map(expectationRow);
    const differs = difference(expected, await learning.results(expected.length));
    if (differs !== undefined) throw new Error(inWords("expect", differs));
  }

  const placeOf = ({ hostname, window_start }: Row) => `${hostname} ${window_start}`;

  it("is kept while it runs", async () => {
    await goesOn(ROWS_A_DAY);
    expect(expected.some(({ kind }) => kind !== null)).toBe(true);
    expect(expected.some(({ kind, peak_kind }) => kind === null && peak_kind !== null)).toBe(true);
  });

  it("survives the loss of its job", async () => {
    await untilCheckpointed(state);
    await cancelBehindOurBack(state);
    state = await sqlJobHandler.update("id", state, inputs);
    await goesOn(ROWS_A_DAY / 2);
  });

  it("survives a change of the settings that decide what is unusual", async () => {
    const { statement } = pipelineSql("expect", { ...SQL_VALUES, "learned.widths": 3, "learned.repeats": 2 });
    state = await sqlJobHandler.update("id", state, { ...inputs, statement });
    await goesOn(ROWS_A_DAY / 2, { ...RULE, widths: 3, repeats: 2 });
  });

  it("survives the change back with more parallelism, and its rows stay in time order", async () => {
    state = await sqlJobHandler.update("id", state, { ...inputs, parallelism: 2 });
    await goesOn(ROWS_A_DAY);
    const rows = await learning.results();
    for (const { hostname } of SERIES) {
      const times = rows.flatMap((row) => (row.hostname === hostname ? [String(row.window_start)] : []));
      expect(times).toEqual(times.toSorted());
    }
  });

  it("is reported as episodes by the rule learned, with two tasks that read eight partitions", async () => {
    await create(rule);
    const wanted = learnedAlerts(learned).map(({ key, ...row }) => row);
    const rows = await consume(kafka, learning.topics.of("cpu_alerts"), { atLeast: wanted.length });
    const got = rows.map((row) => ({ ...row, message: withoutNumbers(String(row.message)) }));
    const differs = difference(wanted, got);
    if (differs !== undefined) throw new Error(inWords("learned", differs));
    expect(new Set(wanted.map(({ hostname }) => hostname)).size).toBe(SERIES.length);
  });

  it("starts from scratch with a different memory, whose weights are not comparable", async () => {
    const { statement } = pipelineSql("expect", { ...SQL_VALUES, "learned.memoryDays": 8 });
    state = await sqlJobHandler.update("id", state, { ...inputs, statement });
    const turns = Array.from({ length: 10 }, (_, index) => turn + index);
    await learning.send(
      turns.flatMap((at) => SERIES.map((one) => ({ ...window(one.hostname, at), partition: one.partition }))),
    );
    const rows = await learning.results(expected.length + turns.length * SERIES.length);
    const known = new Set(expected.map(placeOf));
    const histories = rows.filter((row) => !known.has(placeOf(row))).map(({ history }) => Number(history));
    expect(histories.filter((history) => history === 0)).toHaveLength(SERIES.length);
    expect(Math.max(...histories)).toBeLessThan(turns.length);
  });
});

describe.sequential("a CPU that sends nothing", () => {
  /** A machine that is busy with other tests delays the other CPUs' readings by seconds. */
  const FORGET_AFTER_MS = 12_000;
  const GONE = 200;
  const learning = new Learning(jobSettings({ stateTtlMs: FORGET_AFTER_MS }), SERIES.slice(0, 2));
  const { series } = learning;
  const { inputs } = learning;
  let state: SqlJobState;

  beforeAll(async () => {
    await learning.topics.create();
    state = await create(inputs);
  });

  afterAll(async () => {
    await cancelAll([inputs.job]);
    await learning.topics.delete();
  });

  const both = (turn: number) =>
    series.map((one) => ({ ...window(one.hostname, turn), partition: one.partition }));

  /** How much state the job's newest checkpoint contains. */
  async function stateBytes(): Promise<number> {
    const response = await fetch(`${inputs.jobManagerUrl}/jobs/${state.jobId}/checkpoints`);
    const { latest } = (await response.json()) as { latest: { completed?: { state_size: number } } };
    return latest.completed?.state_size ?? 0;
  }

  it("is forgotten, and other CPUs are not", { timeout: 120_000 }, async () => {
    await untilCheckpointed(state);
    const empty = await stateBytes();
    const batches = (from: number) =>
      Array.from({ length: 5 }, (_, batch) =>
        Array.from({ length: 8 }, (_, index) => from + batch * 8 + index),
      );
    for (const turns of batches(0)) await learning.send(turns.flatMap(both));
    await learning.results(38 * series.length);
    await untilCheckpointed(state);
    const kept = (await stateBytes()) - empty;

    const names = Array.from({ length: GONE }, (_, index) => `gone${index}`);
    const gone = (turn: number) =>
      names.map((hostname, index) => ({ ...window(hostname, turn), partition: index % series.length }));
    for (const turns of batches(40)) await learning.send(turns.flatMap((at) => [...both(at), ...gone(at)]));
    let turn = 80;
    const others = new Background(async (isStopped) => {
      for (; !isStopped(); await sleep(FORGET_AFTER_MS / 12)) await learning.send(both(turn++));
    });
    try {
      await learning.results(38 * GONE + 78 * series.length);
      await untilCheckpointed(state);
      const most = await stateBytes();
      // Each step of the pipeline forgets on its own schedule: less than twice what the others take.
      const isGone = async () => {
        await untilCheckpointed(state);
        return (await stateBytes()) < empty + 2 * kept;
      };
      await until(isGone, "the state of what is gone to go");
      console.log(
        `bytes of state: ${empty} without CPUs, ${empty + kept} with ${series.length}, ` +
          `${most} with ${GONE} more, then ${await stateBytes()}`,
      );
    } finally {
      await others.stop();
    }

    const back = turn;
    await learning.send([...both(back), ...gone(back), ...both(back + 1), ...both(back + 2)]);
    const historyOf = async (hostname: string) => {
      const rows = await learning.results();
      const row = rows.find(
        ({ hostname: name, window_start }) =>
          name === hostname && window_start === flinkTime(START + back * FIVE_MINUTES_MS),
      );
      return row?.history;
    };
    await until(async () => (await historyOf("doc")) !== undefined, "the row of the return");
    expect(await historyOf("gone0")).toBe(0);
    expect(await historyOf("doc")).toBeGreaterThan(76);
  });
});
