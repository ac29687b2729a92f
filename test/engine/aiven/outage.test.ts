import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { deploy } from "../../../cli/engine/engine.ts";
import { AivenWorld, MINUTE, whyNotAiven } from "../../support/aivenWorld.ts";
import { silent, silentTask } from "../../support/silentProgress.ts";
import type { TestStack } from "../../support/testStack.ts";

const SMALL = { pipelines: ["filter"], "openSearch.enabled": false, "notifier.enabled": false };

describe.skipIf(whyNotAiven).sequential("an up while Aiven's API answers with errors", () => {
  let world: AivenWorld;
  let stack: TestStack;

  beforeAll(async () => {
    world = await AivenWorld.start();
    stack = await world.stack("dev", SMALL);
  }, 2 * MINUTE);
  afterAll(() => world?.remove());

  // Aiven's provider retries eleven times, over three minutes.
  it("reports the errors meanwhile, and at the end the failed request and how to continue", {
    timeout: 6 * MINUTE,
  }, async () => {
    world.api.fail({ method: "POST", path: /\/topic$/, status: 500, times: 1000 });
    const hints = new Set<string>();
    const task = () => ({ ...silentTask, update: (detail: string) => hints.add(detail) });
    const { message } = await deploy(stack.stack, { ...silent, task }).then(
      () => ({ message: "it did not fail" }),
      (error: Error) => error,
    );
    expect(message).toMatch(/-topic, .*-topic: .*POST \S+\/topic\S* giving up after 11 attempt/s);
    expect(message.match(/giving up/g)).toHaveLength(1);
    expect(message).toContain("npm run up -- dev continues from here");
    expect([...hints]).toContainEqual(expect.stringMatching(/^Aiven answers with errors/));
  });

  it("is completed by the same command afterwards", { timeout: 3 * MINUTE }, async () => {
    world.api.heal();
    const services = [...world.api.state.services.values()].map(({ createdAt }) => createdAt);
    await deploy(stack.stack, silent);
    expect([...world.api.state.services.values()].map(({ createdAt }) => createdAt)).toEqual(services);
    expect(await world.runningDeployments("demo-flink")).toBe(1);
    await stack.destroy();
  });
});
