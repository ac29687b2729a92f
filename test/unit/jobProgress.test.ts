import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Job, TaskCounts } from "../../clients/flink/job.ts";
import type { Failure, Slots } from "../../clients/flink/jobManager.ts";
import { StartFailed, untilRunning } from "../../provider/flink/jobProgress.ts";

const PATIENCE = {
  settled: 100,
  recovered: 300,
  withoutSlot: 200,
  withoutProgress: 600,
  inAll: 20_000,
  poll: 20,
};

interface Moment {
  readonly tasks?: Partial<TaskCounts>;
  readonly state?: Job["state"];
  readonly slots?: Slots;
  readonly failures?: readonly Failure[];
  readonly changedAt?: number;
}

/** A JobManager that shows the job's next moment at each poll, and then the last one forever. */
function jobManager(moments: readonly (Moment | undefined)[]) {
  let looks = -1;
  const now = () => moments[Math.min(looks, moments.length - 1)];
  return {
    recentJob: async () => {
      looks++;
      const moment = now();
      if (moment === undefined) return undefined;
      const tasks = { total: 2, running: 0, ...moment.tasks };
      const allTasksRunning = tasks.running === tasks.total;
      const { state = "RUNNING", changedAt = 1 } = moment;
      return { id: "1", name: "local-filter", state, allTasksRunning, tasks, changedAt };
    },
    failures: async () => [...(now()?.failures ?? [])],
    slots: async () => now()?.slots ?? { total: 16, available: 8 },
  };
}

/** How the wait ends, and after how long by the fake clock. */
async function outcome(
  moments: readonly (Moment | undefined)[],
  former: readonly Failure[] = [],
  patience = PATIENCE,
) {
  const begun = performance.now();
  const ended = untilRunning(jobManager(moments), "1", [], former, patience)
    .then(
      () => "it runs",
      (error: Error) => (error instanceof StartFailed ? error.message : `no StartFailed: ${error.stack}`),
    )
    .then((words) => ({ words, ms: performance.now() - begun }));
  await vi.runAllTimersAsync();
  return ended;
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe("the wait for a job", () => {
  it("does not blame task slots while some are free", async () => {
    const { words, ms } = await outcome([{ tasks: { initializing: 2 } }]);
    expect(words).toMatch(
      /^job local-filter does not run: after \d s it is RUNNING, its tasks are 2 INITIALIZING, and 8 of 16 task slots are free: the machine may be too busy/,
    );
    expect(ms).toBeGreaterThanOrEqual(PATIENCE.withoutProgress);
  });

  it("names task slots when a task waits for one and none is free", async () => {
    const patience = { ...PATIENCE, withoutProgress: 3 * PATIENCE.withoutProgress };
    const waiting = { tasks: { running: 1, scheduled: 1 }, slots: { total: 16, available: 0 } };
    const { words, ms } = await outcome([waiting], [], patience);
    expect(words).toMatch(
      /its tasks are 1 RUNNING, 1 SCHEDULED, and none of the 16 task slots is free: give Flink more task slots, or run fewer jobs$/,
    );
    expect(ms).toBeLessThan(patience.withoutProgress);
  });

  it("names the TaskManager if there is none", async () => {
    const { words } = await outcome([{ tasks: { scheduled: 2 }, slots: { total: 0, available: 0 } }]);
    expect(words).toMatch(
      /2 SCHEDULED, and no TaskManager has registered: check that one runs and can reach/,
    );
  });

  it("continues as long as there is progress", async () => {
    const steps: Moment[] = [
      { tasks: { scheduled: 2 } },
      { tasks: { scheduled: 1, deploying: 1 } },
      { tasks: { deploying: 2 } },
      { tasks: { initializing: 1, deploying: 1 } },
      { tasks: { initializing: 2 } },
      { tasks: { initializing: 1, running: 1 } },
      { tasks: { running: 2 } },
    ];
    // Each for a fifth of a second: longer in total than a job may stand still.
    const { words, ms } = await outcome(steps.flatMap((step) => Array.from({ length: 10 }, () => step)));
    expect(words).toBe("it runs");
    expect(ms).toBeGreaterThan(2 * PATIENCE.withoutProgress);
  });

  it("ends after a time despite progress", async () => {
    const steps = Array.from({ length: 500 }, (_, taken) => ({
      tasks: { scheduled: 2 },
      slots: { total: 500, available: 500 - taken },
    }));
    const { words, ms } = await outcome(steps, [], { ...PATIENCE, inAll: 1_000 });
    expect(words).toMatch(/^job local-filter does not run: after 1 s it is RUNNING/);
    expect(ms).toBeGreaterThanOrEqual(1_000);
  });

  it("gives the cause of the failure instead of its class's dump if the state does not fit", async () => {
    const trace = `org.apache.flink.util.FlinkRuntimeException: Failure happened in filter function.
	at org.apache.flink.cep.nfa.NFA.findFinalStateAfterProceed(NFA.java:732)
Caused by: org.apache.flink.util.FlinkRuntimeException: State RISING:3 does not exist in the NFA. NFA has states [Final State $endState$ [
]), Normal State RISING [
	StateTransition(PROCEED, from RISING to $endState$, with condition),
])]
	at org.apache.flink.cep.nfa.NFA.isFinalState(NFA.java:184)`;
    const failures = [3, 2, 1].map((at) => ({ trace, at }));
    const { words } = await outcome([{ state: "RESTARTING", failures }]);
    expect(words).toBe(
      "job local-filter does not run: its previous state does not fit its statement: it was written for another pattern",
    );
  });

  it("ends at the second failure of a job with the same cause", async () => {
    const trace = "java.lang.ArithmeticException: / by zero\n\tat T.f(T.java:1)";
    const failures = [3, 2, 1].map((at) => ({ trace, at }));
    const patience = { ...PATIENCE, withoutSlot: 3 * PATIENCE.withoutSlot };
    const { words, ms } = await outcome([{ state: "RESTARTING", failures }], [{ trace, at: 1 }], patience);
    expect(words).toBe("job local-filter does not run: ArithmeticException: / by zero");
    expect(ms).toBeLessThan(patience.withoutSlot);
  });

  const DIVISION = "java.lang.ArithmeticException: / by zero\n\tat T.f(T.java:1)";
  const running = (changedAt: number, failures: readonly Failure[] = []): Moment => ({
    tasks: { running: 2 },
    changedAt,
    failures,
  });
  const never = { ...PATIENCE, recovered: 60_000 };

  it("is not over while a job that has failed runs for a moment after its restart", async () => {
    const moment = running(1, [{ trace: DIVISION, at: 1 }]);
    const cycle = [{ ...moment, state: "RESTARTING" as const }, ...Array.from({ length: 60 }, () => moment)];
    const failures = [3, 2, 1].map((at) => ({ trace: DIVISION, at }));
    const { words } = await outcome([...cycle, { state: "RESTARTING", failures }], [], never);
    expect(words).toBe("job local-filter does not run: ArithmeticException: / by zero");
  });

  it("notices a failure between two looks, after which all tasks run again", async () => {
    const runs = Array.from({ length: 60 }, (_, changedAt) => running(changedAt));
    const failures = [3, 2, 1].map((at) => ({ trace: DIVISION, at }));
    const { words } = await outcome([...runs, { state: "RESTARTING", failures }], [], never);
    expect(words).toBe("job local-filter does not run: ArithmeticException: / by zero");
  });

  it("goes on while Flink tries to start tasks on a TaskManager that does not answer", async () => {
    const trace = "org.apache.pekko.pattern.AskTimeoutException: Ask timed out on [Actor[taskmanager_0]]";
    const failures = [5, 4, 3, 2].map((at) => ({ trace, at }));
    const steps = [{ state: "RESTARTING", failures } as const, running(2, failures)];
    expect((await outcome(steps, [{ trace, at: 1 }])).words).toBe("it runs");
  });

  it("takes longer for a job that has just failed", async () => {
    const former = [{ trace: DIVISION, at: Date.now() }];
    const { words, ms } = await outcome([running(1, former)], former);
    expect(words).toBe("it runs");
    expect(ms).toBeGreaterThanOrEqual(PATIENCE.recovered);
  });

  it("takes no longer for a job whose last failure was long ago", async () => {
    const former = [{ trace: DIVISION, at: Date.now() - 3_600_000 }];
    expect((await outcome([running(1, former)], former, never)).words).toBe("it runs");
  });

  it.each([
    ["CANCELED", "was cancelled"],
    ["FINISHED", "ended"],
  ] as const)("ends at once if the job is %s", async (state, how) => {
    const { words, ms } = await outcome([{ tasks: { scheduled: 2 } }, { state }]);
    expect(words).toBe(
      `job local-filter does not run: it ${how} while \`up\` waited for it to start: call \`up\` again`,
    );
    expect(ms).toBeLessThan(PATIENCE.withoutSlot);
  });
});
