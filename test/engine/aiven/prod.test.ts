import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { tearDown } from "../../../cli/engine/engine.ts";
import { pipelineNames } from "../../../components/pipelines.ts";
import { isPlaced, stackState, stateResources } from "../../../components/stateResources.ts";
import { AivenWorld, MINUTE, whyNotAiven } from "../../support/aivenWorld.ts";
import { silent } from "../../support/silentProgress.ts";
import type { TestStack } from "../../support/testStack.ts";

const FLINK = {
  name: "my-flink",
  type: "flink",
  plan: "business-4",
  userConfig: { number_of_task_slots: 10 },
} as const;

describe.skipIf(whyNotAiven)("the stack prod", () => {
  let world: AivenWorld;
  let stack: TestStack;

  beforeAll(async () => {
    world = await AivenWorld.start({ openSearch: true, services: [FLINK] });
    stack = await world.stack("prod");
  }, 2 * MINUTE);
  afterAll(() => world?.remove());

  const services = () => [...world.api.state.services.keys()].sort();
  const deletions = () => world.api.requests.filter(({ method }) => method === "DELETE").length;
  const placedResources = async () =>
    (await stateResources(stack.stack)).filter(isPlaced).map(({ urn }) => urn);
  const applications = () => [...world.api.state.service("my-flink").applications.values()];

  it("is deployed on the existing Flink service", { timeout: 5 * MINUTE }, async () => {
    await stack.up();
    expect(services()).toEqual(["my-flink", "prod-kafka", "prod-opensearch", "prod-postgresql"]);
    expect(await world.runningDeployments("my-flink")).toBe(pipelineNames.length);
    const deployments = applications().flatMap((application) => [...application.deployments.values()]);
    expect(deployments.map(({ parallelism }) => parallelism)).toEqual(pipelineNames.map(() => 2));
    for (const name of ["prod-kafka", "prod-opensearch", "prod-postgresql"]) {
      expect(world.api.state.service(name)).toMatchObject({
        terminationProtection: true,
        userConfig: { ip_filter: ["203.0.113.0/24"] },
      });
    }
    expect(world.api.unknownRoutes).toEqual([]);
  });

  it("stays unchanged after a refresh and a second up", { timeout: 2 * MINUTE }, async () => {
    await stack.refresh();
    expect(Object.keys(await stack.up())).toEqual(["same"]);
  });

  it("changes a plan in place and replaces the deployment of a changed statement", {
    timeout: 3 * MINUTE,
  }, async () => {
    await stack.set({ "postgres.plan": "business-8", "trend.windows": 4 });
    expect(await stack.up()).toMatchObject({ update: 1, replace: 2 });
    expect(world.api.state.service("prod-postgresql").planName).toBe("business-8");
    expect(await world.runningDeployments("my-flink")).toBe(pipelineNames.length);
  });

  it("cannot be destroyed while it is protected, not even partially", { timeout: MINUTE }, async () => {
    const before = deletions();
    const placed = await placedResources();
    // The command line refuses without asking; the engine, called by `pulumi destroy`, refuses too.
    const run = { stack: stack.stack, progress: silent, state: await stackState(stack.stack) };
    await expect(tearDown(run)).rejects.toThrow(/aiven.protected: false in Pulumi.prod.yaml/);
    await expect(stack.destroy()).rejects.toThrow(/protection.*protect/s);
    expect(deletions()).toBe(before);
    // A component that groups nothing, such as that of a notifier elsewhere, may be gone from the state.
    expect(await placedResources()).toEqual(placed);
    const { create = 0, ...others } = await stack.up();
    expect(Object.keys(others)).toEqual(["same"]);
    expect(create).toBeLessThanOrEqual(1);
  });

  it("keeps the topic of a removed pipeline", { timeout: MINUTE }, async () => {
    await stack.set({ pipelines: pipelineNames.filter((name) => name !== "trend") });
    await expect(stack.up()).rejects.toThrow(/cpu_trends-topic.*protect/s);
    expect([...world.api.state.service("prod-kafka").topics.keys()]).toContain("cpu_trends");
    await stack.set({ pipelines: ["all"] });
    await stack.up();
  });

  it("is destroyed after its protection is removed, except the Flink service", {
    timeout: 5 * MINUTE,
  }, async () => {
    await stack.set({ "aiven.protected": false });
    await stack.up();
    await stack.destroy();
    expect(services()).toEqual(["my-flink"]);
    expect(applications()).toEqual([]);
    expect([...world.api.state.integrations.keys()]).toEqual([]);
    expect(world.api.unknownRoutes).toEqual([]);
  });
});
