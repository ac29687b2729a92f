import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { jobSettings } from "../../components/selfManaged/sqlCluster.ts";
import type { SqlJobState } from "../../provider/flink/sqlJobInputs.ts";
import { FIVE_MINUTES_MS } from "../oracle/model/expectations.ts";
import { flinkTime } from "../oracle/model/time.ts";
import { Background } from "../support/background.ts";
import { Learning, SERIES, START, window } from "../support/learning.ts";
import { cancelAll, create, untilCheckpointed } from "../support/sqlJobs.ts";
import { until } from "../support/topics.ts";

describe("what was learned about a CPU that sends nothing", () => {
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

  let turn = 0;

  /** Sends forty turns of rows. */
  async function sendForty(rowsOf: (turn: number) => ReturnType<typeof both>): Promise<void> {
    for (let batch = 0; batch < 5; batch++) {
      await learning.send(Array.from({ length: 8 }, () => turn++).flatMap(rowsOf));
    }
  }

  /** Keeps the other CPUs sending during work that may take as long as state is kept. */
  async function remembering<T>(does: () => Promise<T>): Promise<T> {
    const others = new Background(async (isStopped) => {
      for (; !isStopped(); await sleep(FORGET_AFTER_MS / 12)) await learning.send(both(turn++));
    });
    return does().finally(() => others.stop());
  }

  /** How much state there is once so many results have been written. */
  async function stateAfter(results: number): Promise<number> {
    await learning.results(results);
    await untilCheckpointed(state);
    return stateBytes();
  }

  it("is forgotten, and other CPUs are not", { timeout: 120_000 }, async () => {
    await untilCheckpointed(state);
    const empty = await stateBytes();
    await sendForty(both);
    const withOthers = await remembering(() => stateAfter(38 * series.length));

    const names = Array.from({ length: GONE }, (_, index) => `gone${index}`);
    const gone = (turn: number) =>
      names.map((hostname, index) => ({ ...window(hostname, turn), partition: index % series.length }));
    const before = turn;
    await sendForty((turn) => [...both(turn), ...gone(turn)]);
    await remembering(async () => {
      const most = await stateAfter(38 * GONE + (before + 38) * series.length);
      // Each step of the pipeline forgets on its own schedule: less than twice what the others take.
      const isGone = async () => {
        await untilCheckpointed(state);
        return (await stateBytes()) < empty + 2 * (withOthers - empty);
      };
      await until(isGone, "the state of what is gone to go");
      console.log(
        `bytes of state: ${empty} without CPUs, ${withOthers} with ${series.length}, ` +
          `${most} with ${GONE} more, then ${await stateBytes()}`,
      );
    });

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
