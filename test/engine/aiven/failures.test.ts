import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { deploy, tearDown } from "../../../cli/engine/engine.ts";
import { stackState } from "../../../components/stateResources.ts";
import { AivenWorld, MINUTE, whyNotAiven } from "../../support/aivenWorld.ts";
import { silent, silentTask } from "../../support/silentProgress.ts";
import type { TestStack } from "../../support/testStack.ts";
import { until } from "../../support/topics.ts";

const SMALL = { pipelines: ["filter"], "openSearch.enabled": false, "notifier.enabled": false };

/** Progress that keeps every message. */
function remembering() {
  const notes: string[] = [];
  return { notes, task: () => silentTask, note: (text: string) => notes.push(text), close() {} };
}

/** The engine process started by this process. */
async function enginePid(): Promise<number> {
  const { stdout } = await promisify(execFile)("ps", ["-o", "pid=,args=", "--ppid", String(process.pid)]);
  return Number(/^\s*(\d+) \S*pulumi up /m.exec(stdout)?.[1]);
}

describe.skipIf(whyNotAiven)("an up on Aiven that fails midway", () => {
  let world: AivenWorld;
  let stack: TestStack;

  beforeAll(async () => {
    world = await AivenWorld.start();
    stack = await world.stack("dev", SMALL);
  }, 2 * MINUTE);
  afterAll(() => world?.remove());
  afterEach(() => expect(world.api.unknownRoutes).toEqual([]));

  const created = () => [...world.api.state.services.keys()].sort();
  const upAgain = async () => {
    const progress = remembering();
    return { ...(await deploy(stack.stack, progress)), notes: progress.notes };
  };

  it("leaves services outside the state when it is killed", { timeout: MINUTE }, async () => {
    const killed = stack.up();
    await until(() => created().length === 3, "three services that are being created");
    process.kill(await enginePid(), "SIGKILL");
    await expect(killed).rejects.toThrow();
    expect(stack.resources("aiven:index/kafka:Kafka")).toEqual([]);
  });

  it("is continued by the next up, which fails because Aiven fails", { timeout: 4 * MINUTE }, async () => {
    world.api.fail({ method: "POST", path: /\/topic$/, status: "drop", after: "after the effect" });
    world.api.fail({ method: "POST", path: /\/flink\/application$/, status: 500, times: 20 });
    await expect(upAgain()).rejects.toThrow(/cpu-filter-application.*500/s);
    expect(stack.resources("aiven:index/kafka:Kafka")).toHaveLength(1);
  });

  it("is completed by the next up", { timeout: 4 * MINUTE }, async () => {
    world.api.heal();
    await upAgain();
    expect(await world.runningDeployments("demo-flink")).toBe(1);
    expect(created()).toEqual(["demo-flink", "demo-kafka", "demo-postgresql"]);
  });

  it("then leaves the same stack as an uninterrupted up", { timeout: 2 * MINUTE }, async () => {
    expect((await upAgain()).changes).toMatch(/^\d+ unchanged$/);
  });

  it("is continued by the next up if it is killed while it replaces users", {
    timeout: 4 * MINUTE,
  }, async () => {
    const users = () =>
      [...world.api.state.service("demo-kafka").users.keys()].filter((name) => /-2$/.test(name));
    await stack.set({ "aiven.credentials": 2 });
    // The engine is not told that it has created them.
    world.api.fail({
      method: "POST",
      path: /\/user$/,
      times: 20,
      delayMs: 10_000,
      after: "after the effect",
    });
    const killed = stack.up();
    await until(() => users().length > 0, "a user of Kafka that is being created");
    process.kill(await enginePid(), "SIGKILL");
    await expect(killed).rejects.toThrow();
    world.api.heal();
    const begun = users();
    expect((await upAgain()).notes.join("\n")).toContain("what it had begun on Aiven is taken over: ");
    expect(users()).toEqual(expect.arrayContaining(begun));
    expect([...world.api.state.service("demo-kafka").users.keys()]).not.toContain("generator");
    expect((await upAgain()).changes).toMatch(/^\d+ unchanged$/);
  });

  it("is torn down by a destroy, although no state knows its deployment", {
    timeout: 2 * MINUTE,
  }, async () => {
    await stack.forgetCreation("cpu-filter-deployment");
    const { notes, ...progress } = remembering();
    const run = { stack: stack.stack, progress, state: await stackState(stack.stack) };
    expect(await tearDown(run)).toMatch(/^\d+ deleted$/);
    expect(notes).toEqual([
      "An earlier run was interrupted; what it had begun on Aiven is taken over: cpu-filter-deployment.",
    ]);
    expect(created()).toEqual([]);
  });

  it("is torn down by a destroy that finds the services which it had begun", {
    timeout: 3 * MINUTE,
  }, async () => {
    const killed = stack.up();
    await until(() => created().length === 3, "three services that are being created");
    process.kill(await enginePid(), "SIGKILL");
    await expect(killed).rejects.toThrow();
    const run = { stack: stack.stack, progress: silent, state: await stackState(stack.stack) };
    await tearDown(run);
    expect(created()).toEqual([]);
    expect((await stackState(stack.stack)).begun).toEqual([]);
  });
});

describe.skipIf(whyNotAiven)("a stack on Aiven", () => {
  let world: AivenWorld;
  beforeAll(async () => {
    world = await AivenWorld.start({ refuseFlink: true });
  }, 2 * MINUTE);
  afterAll(() => world?.remove());

  it("reports what to do instead if Aiven offers no Flink", { timeout: 2 * MINUTE }, async () => {
    const stack = await world.stack("dev", SMALL);
    await expect(deploy(stack.stack, remembering())).rejects.toThrow(
      /use the stack hybrid.*flink.runsOn: existing/s,
    );
    await stack.destroy();
  });
});
