import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { withPostgres } from "../../../clients/postgres/client.ts";
import { AivenWorld, MINUTE, TOPICS, whyNotAiven } from "../../support/aivenWorld.ts";
import { failureOf } from "../../support/sqlJobs.ts";
import type { TestStack } from "../../support/testStack.ts";
import { consume, produce, until } from "../../support/topics.ts";

const EPOCH = Date.UTC(2026, 0, 5, 13);

describe.skipIf(whyNotAiven)("a stack with an existing Kafka and PostgreSQL on Aiven", () => {
  let world: AivenWorld;
  let stack: TestStack;

  beforeAll(async () => {
    world = await AivenWorld.start({
      kafka: true,
      services: [
        { name: "company-kafka", type: "kafka", plan: "business-4" },
        { name: "company-pg", type: "pg", plan: "startup-4" },
      ],
    });
    await world.behind.kafka?.createTopics(...TOPICS.map((topic) => `hybrid-${topic}`));
    await query("CREATE TABLE cpu_thresholds (company TEXT)");
    const { gatewayUrl, webUrl } = inject("services").flink;
    stack = await world.stack("hybrid", {
      pipelines: ["thresholdFilter", "countOverThreshold"],
      "kafka.runsOn": "existing",
      "kafka.service": "company-kafka",
      "kafka.authentication": "certificate",
      "postgres.runsOn": "existing",
      "postgres.service": "company-pg",
      "flink.runsOn": "gateway",
      "flink.gatewayUrl": gatewayUrl,
      "flink.webUrl": webUrl,
    });
  }, 2 * MINUTE);
  afterAll(async () => {
    await stack?.destroy();
    await world?.remove();
  }, 2 * MINUTE);

  const query = (sql: string) =>
    withPostgres({ ...world.behind.postgres.owner, database: "defaultdb" }, async (client) => {
      return (await client.query(sql)).rows;
    });
  const usersOf = (service: string) => [...world.api.state.service(service).users.keys()].sort();
  const services = () => [...world.api.state.services.keys()].sort();

  it("is deployed into them with its own users", { timeout: 3 * MINUTE }, async () => {
    await stack.up();
    expect(services()).toEqual(["company-kafka", "company-pg"]);
    expect([...world.api.state.service("company-kafka").topics.keys()].sort()).toEqual([
      "hybrid-cpu_load_stats_real",
      "hybrid-cpu_load_stats_real_filter_pg",
    ]);
    expect(usersOf("company-kafka")).toEqual([
      "avnadmin",
      "hybrid-dashboard",
      "hybrid-flink",
      "hybrid-generator",
    ]);
    expect(usersOf("company-pg")).toEqual(["avnadmin", "hybrid-flink", "hybrid-owner"]);
    const owners = "SELECT DISTINCT tableowner AS owner FROM pg_tables WHERE schemaname = 'hybrid'";
    expect(await query(owners)).toEqual([{ owner: "hybrid-owner" }]);
    expect(world.api.unknownRoutes).toEqual([]);
  });

  it("finds anomalies", { timeout: MINUTE }, async () => {
    const readings = [25, 10, 30, 1].map((usage, index) => ({
      value: JSON.stringify({
        hostname: "doc",
        cpu: "cpu1",
        usage,
        occurred_at: EPOCH + (index === 3 ? 60 : index) * 1000,
      }),
    }));
    await produce(stack.outputs.generator.kafka, stack.outputs.sourceTopic, readings);
    const rows = await consume(stack.outputs.kafka, "hybrid-cpu_load_stats_real_filter_pg", { atLeast: 2 });
    expect(rows.map(({ usage }) => usage)).toEqual([25, 30]);
    const counts = () => query("SELECT nr_cpus_over_threshold::int AS n FROM hybrid.cpu_load_stats_agg_pg");
    await until(async () => (await counts()).length > 0, "a window");
    expect(await counts()).toEqual([{ n: 1 }]);
  });

  it("stays unchanged after a second up", { timeout: MINUTE }, async () => {
    expect(Object.keys(await stack.up())).toEqual(["same"]);
  });

  it("moves its running jobs to new users, and keeps the owner of the tables", {
    timeout: 3 * MINUTE,
  }, async () => {
    await stack.set({ "aiven.credentials": 2 });
    await stack.up();
    expect(usersOf("company-pg")).toEqual(["avnadmin", "hybrid-flink-2", "hybrid-owner"]);
    expect(usersOf("company-kafka")).toContain("hybrid-flink-2");
    // A job that had failed meanwhile could not have been stopped with a savepoint.
    const jobs = stack.resources("streaming:flink:SqlJob").map(({ outputs }) => outputs.startedFrom);
    expect(jobs).toEqual([expect.stringMatching(/savepoint/), expect.stringMatching(/savepoint/)]);
    const reading = { hostname: "doc", cpu: "cpu1", usage: 35, occurred_at: EPOCH + 61_000 };
    const { kafka } = stack.outputs.generator;
    await produce(kafka, stack.outputs.sourceTopic, [{ value: JSON.stringify(reading) }]);
    const rows = await consume(stack.outputs.kafka, "hybrid-cpu_load_stats_real_filter_pg", { atLeast: 3 });
    expect(rows.map(({ usage }) => usage)).toEqual([25, 30, 35]);
    expect(Object.keys(await stack.up())).toEqual(["same"]);
  });

  it("removes what it created, and nothing else, when it is destroyed", { timeout: 2 * MINUTE }, async () => {
    await stack.destroy();
    expect(services()).toEqual(["company-kafka", "company-pg"]);
    expect([...world.api.state.service("company-kafka").topics.keys()]).toEqual([]);
    expect([...usersOf("company-kafka"), ...usersOf("company-pg")]).toEqual(["avnadmin", "avnadmin"]);
    expect(await query("SELECT nspname FROM pg_namespace WHERE nspname = 'hybrid'")).toEqual([]);
    expect(await query("SELECT count(*)::int AS n FROM cpu_thresholds")).toEqual([{ n: 0 }]);
  });

  it("is refused another owner's table before anything is created", { timeout: MINUTE }, async () => {
    await query("CREATE SCHEMA hybrid; CREATE TABLE hybrid.cpu_thresholds (company TEXT)");
    expect(await failureOf(stack.up())).toContain(
      "the table hybrid.cpu_thresholds exists already, and was not created by this stack",
    );
    expect(usersOf("company-pg")).toEqual(["avnadmin"]);
  });
});
