import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { countDocuments } from "../../../clients/openSearch/client.ts";
import { withPostgres } from "../../../clients/postgres/client.ts";
import { pipelineNames } from "../../../components/pipelines.ts";
import { AivenWorld, MINUTE, whyNotAiven } from "../../support/aivenWorld.ts";
import type { TestStack } from "../../support/testStack.ts";

describe.skipIf(whyNotAiven)("the stack dev", () => {
  let world: AivenWorld;
  let stack: TestStack;

  beforeAll(async () => {
    world = await AivenWorld.start({ openSearch: true });
    stack = await world.stack("dev");
  }, 2 * MINUTE);
  afterAll(() => world?.remove());

  const flink = () => world.api.state.service("demo-flink");
  const sorted = (names: readonly string[]) => names.toSorted((a, b) => a.localeCompare(b));
  /** The API requests that changed something since a given moment, such as `POST /v1/…`. */
  const changesSince = (at: number) =>
    world.api.requests
      .filter((request) => request.at >= at && request.method !== "GET")
      .map(({ method, path }) => `${method} ${path}`);
  const withoutIds = (change: string) => change.replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}/g, "ID");

  it("is deployed", { timeout: 5 * MINUTE }, async () => {
    await stack.up();
    expect(sorted([...world.api.state.services.keys()])).toEqual([
      "demo-flink",
      "demo-kafka",
      "demo-opensearch",
      "demo-postgresql",
    ]);
    const applications = [...flink().applications.values()];
    expect(sorted(applications.map(({ name }) => name))).toEqual(
      sorted(pipelineNames.map((name) => `dev-${name}`)),
    );
    expect(await world.runningDeployments("demo-flink")).toBe(pipelineNames.length);
    expect(world.api.unknownRoutes).toEqual([]);
  });

  it("has its thresholds in PostgreSQL and its index in OpenSearch", async () => {
    const { postgres, openSearch } = stack.outputs;
    const { rows } = await withPostgres(postgres, (client) =>
      client.query("SELECT hostname, allowed_top FROM cpu_thresholds ORDER BY allowed_top DESC LIMIT 1"),
    );
    expect(rows).toEqual([{ hostname: "dopey", allowed_top: 90 }]);
    expect(openSearch?.url).toMatch(/^https:/);
    const behind = world.behind.openSearch?.connection ?? { url: "" };
    expect(await countDocuments(behind, "cpu_load_stats_real_filter_os")).toBe(0);
  });

  it("has no secret in plain text in the state that the engine keeps", async () => {
    const secrets = [...world.api.state.services.values()].flatMap(({ users }) =>
      [...users.values()].flatMap(({ password, certificate }) => [
        password,
        ...(certificate ? [certificate.accessKey] : []),
      ]),
    );
    const state = stack.stateFile();
    // JSON-escaped.
    const found = secrets.filter((secret) => state.includes(JSON.stringify(secret).slice(1, -1)));
    expect(secrets.length).toBeGreaterThan(6);
    expect(found).toEqual([]);
    expect(state.includes("CREATE TABLE CPU_IN")).toBe(false);
  });

  it("stays unchanged after a second up", { timeout: MINUTE }, async () => {
    const changes = await stack.up();
    expect(Object.keys(changes)).toEqual(["same"]);
  });

  it("shows no changes in a preview", { timeout: MINUTE }, async () => {
    const { changes } = await stack.preview();
    expect(Object.keys(changes)).toEqual(["same"]);
  });

  it("stays unchanged after a refresh", { timeout: 2 * MINUTE }, async () => {
    await stack.refresh();
    const changes = await stack.up();
    expect(Object.keys(changes)).toEqual(["same"]);
  });

  it("replaces the version and deployment of a changed statement, which resumes from its offsets", {
    timeout: MINUTE,
  }, async () => {
    const before = Date.now();
    await stack.set({ "trend.windows": 4 });
    const changes = await stack.up();
    expect(changes).toMatchObject({ replace: 2 });
    const trend = [...flink().applications.values()].find(({ name }) => name === "dev-trend");
    const [deployment, ...others] = trend?.deployments.values() ?? [];
    expect(others).toEqual([]);
    expect(await world.runningDeployments("demo-flink")).toBe(pipelineNames.length);
    expect(deployment?.startingSavepoint).toBeUndefined();
    expect(deployment?.version.statement).toContain("LAG(usage_avg, 3)");
    expect(deployment?.version.sources[0]?.options).toMatchObject({
      "scan.startup.mode": "group-offsets",
      "properties.group.id": "dev-trend",
    });
    const application = "/v1/project/test-project/service/demo-flink/flink/application/ID";
    expect([...new Set(changesSince(before).map(withoutIds))]).toEqual([
      `POST ${application}/version`,
      `POST ${application}/deployment/ID/cancel`,
      `DELETE ${application}/deployment/ID`,
      `POST ${application}/deployment`,
      `DELETE ${application}/version/ID`,
    ]);
  });

  it("changes a plan in place", { timeout: 3 * MINUTE }, async () => {
    await stack.set({ "kafka.plan": "business-4" });
    const changes = await stack.up();
    expect(changes).toMatchObject({ update: 1 });
    expect(changes).not.toHaveProperty("replace");
    expect(world.api.state.service("demo-kafka")).toMatchObject({ planName: "business-4" });
  });

  it("cancels every deployment before the service is destroyed", {
    timeout: 5 * MINUTE,
  }, async () => {
    const before = Date.now();
    await stack.destroy();
    expect([...world.api.state.services.keys()]).toEqual([]);
    expect([...world.api.state.integrations.keys()]).toEqual([]);
    const changes = changesSince(before);
    const end = changes.indexOf("DELETE /v1/project/test-project/service/demo-flink");
    const cancelled = changes.slice(0, end).filter((change) => change.endsWith("/cancel"));
    expect(new Set(cancelled).size).toBe(pipelineNames.length);
    // Whatever belongs to the service is not deleted one by one.
    expect(changes.filter((change) => /\/(topic|acl|user|integration|version)\b/.test(change))).toEqual([]);
    expect(world.api.unknownRoutes).toEqual([]);
  });
});
