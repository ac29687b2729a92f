import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { pipelineSql } from "../../components/pipelineSql.ts";
import { jobSettings } from "../../components/selfManaged/sqlCluster.ts";
import { sqlJobHandler } from "../../provider/flink/sqlJob.ts";
import type { SqlJobState } from "../../provider/flink/sqlJobInputs.ts";
import { difference, describe as inWords } from "../oracle/model/compare.ts";
import { type Expectation, expectations, type LearningRule } from "../oracle/model/expectations.ts";
import { fiveMinutes } from "../oracle/model/fiveMinutes.ts";
import { expectationRow, learnedAlerts, withoutNumbers } from "../oracle/model/learned.ts";
import type { Row } from "../oracle/model/message.ts";
import { Learning, ROWS_A_DAY, SERIES, window } from "../support/learning.ts";
import { cancelAll, cancelBehindOurBack, create, untilCheckpointed } from "../support/sqlJobs.ts";
import { SQL_VALUES } from "../support/sqlValues.ts";
import { consume } from "../support/topics.ts";

const { kafka } = inject("services");
const RULE: LearningRule = { widths: 5, relative: 20, points: 2, memoryDays: 4, repeats: 5 };

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
