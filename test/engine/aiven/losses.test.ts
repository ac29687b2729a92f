import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { deploy } from "../../../cli/engine/engine.ts";
import { AivenWorld, MINUTE, whyNotAiven } from "../../support/aivenWorld.ts";
import { silentTask } from "../../support/silentProgress.ts";
import type { TestStack } from "../../support/testStack.ts";

const SMALL = { pipelines: ["filter"], "openSearch.enabled": false, "notifier.enabled": false };

describe.skipIf(whyNotAiven).sequential("a stack on Aiven that has lost something", () => {
  let world: AivenWorld;
  let stack: TestStack;

  beforeAll(async () => {
    world = await AivenWorld.start({ services: [{ name: "taken-kafka", type: "kafka", plan: "startup-2" }] });
    stack = await world.stack("dev", { ...SMALL, "aiven.prefix": "taken" });
  }, 2 * MINUTE);
  afterAll(() => world?.remove());
  afterEach(() => expect(world.api.unknownRoutes).toEqual([]));

  const services = () => [...world.api.state.services.keys()].sort();
  const kafka = () => world.api.state.service("demo-kafka");
  async function deleteInConsole(service: string): Promise<void> {
    const headers = { authorization: `aivenv1 ${world.api.environment.AIVEN_TOKEN}` };
    const url = `${world.api.url}/v1/project/test-project/service/${service}`;
    expect((await fetch(url, { method: "DELETE", headers })).status).toBe(200);
  }
  async function up(yes = false) {
    const notes: string[] = [];
    const progress = { notes, task: () => silentTask, note: (text: string) => notes.push(text), close() {} };
    return { ...(await deploy(stack.stack, progress, { yes })), notes };
  }

  it("names a service whose name is taken, before anything is created", { timeout: MINUTE }, async () => {
    await expect(up()).rejects.toThrow(
      "the service name taken-kafka is taken in the project test-project, by a service of type kafka: set aiven.prefix",
    );
    expect(services()).toEqual(["taken-kafka"]);
    await stack.set({ "aiven.prefix": "demo" });
  });

  it("is deployed", { timeout: 4 * MINUTE }, async () => {
    await up();
    expect(services()).toEqual(["demo-flink", "demo-kafka", "demo-postgresql", "taken-kafka"]);
  });

  it("recreates a deleted Kafka and its contents once the user agrees", {
    timeout: 4 * MINUTE,
  }, async () => {
    const topics = [...kafka().topics.keys()];
    await deleteInConsole("demo-kafka");
    await expect(up()).rejects.toThrow(/no service demo-kafka any more.*npm run up -- dev --yes/s);
    expect(services()).not.toContain("demo-kafka");
    const { notes } = await up(true);
    expect(notes.join("\n")).toContain("Aiven has no service demo-kafka any more");
    expect([...kafka().topics.keys()].sort()).toEqual(topics.sort());
    expect(await world.runningDeployments("demo-flink")).toBe(1);
    expect((await up()).changes).toMatch(/^\d+ unchanged$/);
  });

  it("redeploys a failed pipeline and shows Flink's reason", { timeout: 2 * MINUTE }, async () => {
    const [application] = world.api.state.service("demo-flink").applications.values();
    const [deployment] = application?.deployments.values() ?? [];
    Object.assign(deployment ?? {}, {
      status: "FAILED",
      steps: [],
      error: "org.apache.flink.util.FlinkException: The worker is gone.",
    });
    const { notes } = await up();
    expect(notes.join("\n")).toContain("Flink's reason: FlinkException: The worker is gone.");
    expect(await world.runningDeployments("demo-flink")).toBe(1);
  });

  it("redeploys a pipeline whose deployment was stopped", { timeout: 2 * MINUTE }, async () => {
    const [application] = world.api.state.service("demo-flink").applications.values();
    const [deployment] = application?.deployments.values() ?? [];
    Object.assign(deployment ?? {}, { status: "CANCELED", steps: [] });
    const { notes } = await up();
    expect(notes.join("\n")).toContain("cpu-filter-deployment was stopped (CANCELED), and is deployed again");
    expect(await world.runningDeployments("demo-flink")).toBe(1);
  });

  it("redeploys a pipeline whose application was deleted", { timeout: 2 * MINUTE }, async () => {
    world.api.state.service("demo-flink").applications.clear();
    const { notes } = await up();
    expect(notes.join("\n")).toContain("demo-flink has no application dev-filter any more");
    expect(await world.runningDeployments("demo-flink")).toBe(1);
  });

  it("takes over what a killed up had begun before it redeploys a lost pipeline", {
    timeout: 2 * MINUTE,
  }, async () => {
    await stack.forgetCreation("kafka-dashboard");
    world.api.state.service("demo-flink").applications.clear();
    const { notes } = await up();
    expect(notes.join("\n")).toContain("what it had begun on Aiven is taken over: kafka-dashboard");
    expect(await world.runningDeployments("demo-flink")).toBe(1);
  });

  it("recreates the topics that Kafka lost while it was powered off", {
    timeout: 2 * MINUTE,
  }, async () => {
    const topics = [...kafka().topics.keys()];
    kafka().powered = false;
    kafka().topics.clear();
    await expect(up(true)).rejects.toThrow("Powered off on Aiven: demo-kafka");
    kafka().powered = true;
    await up(true);
    expect([...kafka().topics.keys()].sort()).toEqual(topics.sort());
    expect((await up()).changes).toMatch(/^\d+ unchanged$/);
  });

  it("is destroyed", { timeout: 2 * MINUTE }, async () => {
    await stack.destroy();
    expect(services()).toEqual(["taken-kafka"]);
  });
});
