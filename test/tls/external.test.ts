import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { encode } from "../../apps/generator/readings.ts";
import type { KafkaConnection } from "../../clients/kafka/client.ts";
import { withPostgres } from "../../clients/postgres/client.ts";
import { testCertificates } from "../support/certificates.ts";
import { SecureKafka } from "../support/secureKafka.ts";
import { SecurePostgres } from "../support/securePostgres.ts";
import { TestStack } from "../support/testStack.ts";
import { consume, produce, until } from "../support/topics.ts";

const PASSWORD = "tenant's own password";
const PREFIX = "acme-";
const certificates = testCertificates();
const { authority } = certificates;
const directory = mkdtempSync(join(tmpdir(), "streaming-external-"));
let kafka: SecureKafka;
let postgres: SecurePostgres;
let stack: TestStack;

const query = (sql: string, database = "company") =>
  withPostgres({ ...postgres.owner, database }, async (client) => (await client.query(sql)).rows);

function file(name: string, text: string): string {
  writeFileSync(join(directory, name), text);
  return join(directory, name);
}

/** A company's services, with things in them that do not belong to the stack. */
beforeAll(async () => {
  kafka = await SecureKafka.start({ certificates });
  await kafka.allowPrefix("tenant", PREFIX);
  await kafka.createTopics("orders", "cpu_load_stats_real");
  postgres = await SecurePostgres.start(certificates);
  await postgres.createRole("tenant", PASSWORD);
  await query("CREATE DATABASE company", "postgres");
  await query("GRANT CREATE ON DATABASE company TO tenant");
  await query("CREATE TABLE cpu_thresholds (company TEXT)");
  const { security, bootstrapServers } = kafka.connectionFor("tenant");
  stack = await TestStack.create(
    {
      pipelines: ["thresholdFilter", "countOverThreshold"],
      "openSearch.enabled": false,
      "kafka.runsOn": "external",
      "kafka.bootstrapServers": bootstrapServers,
      "kafka.user": "tenant",
      "kafka.password": (security as { password: string }).password,
      "kafka.caFile": file("ca.pem", authority.ca),
      "kafka.partitions": 1,
      "postgres.runsOn": "external",
      "postgres.address": `127.0.0.1:${postgres.owner.port}`,
      "postgres.database": "company",
      "postgres.user": "tenant",
      "postgres.password": PASSWORD,
      "postgres.caFile": join(directory, "ca.pem"),
    },
    { name: "acme" },
  );
});
afterAll(async () => {
  await stack?.destroy();
  stack?.remove();
  await kafka?.remove();
  await postgres?.remove();
  rmSync(directory, { recursive: true });
});

const WINDOW_MS = 30_000;
const begin = Math.floor(Date.now() / WINDOW_MS) * WINDOW_MS - 10 * WINDOW_MS;
/** Readings of the host doc, whose threshold is 20, and one that closes the window of the others. */
const send = (
  connection: KafkaConnection,
  second: number,
  usages: readonly number[],
  topic = `${PREFIX}cpu_load_stats_real`,
) =>
  produce(
    connection,
    topic,
    [...usages.map((usage, index) => [usage, second + index] as const), [1, second + 60] as const].map(
      ([usage, at]) => ({
        value: encode({ hostname: "doc", cpu: "cpu1", usage, occurredAt: begin + at * 1_000 }),
      }),
    ),
  );
const over = async (atLeast: number) => {
  const topic = `${PREFIX}cpu_load_stats_real_filter_pg`;
  const rows = await consume(kafka.connectionFor("admin"), topic, { atLeast });
  return rows.map(({ usage }) => usage);
};

describe.sequential("a stack that may use only its own part of a company's Kafka and PostgreSQL", () => {
  it("is deployed", async () => {
    await stack.up();
    expect(
      stack
        .servers()
        .map(({ name }) => name)
        .sort(),
    ).toEqual(["flink-jobmanager", "flink-sql-gateway", "flink-taskmanager"]);
    expect((await kafka.topics()).filter((name) => !name.startsWith("__")).sort()).toEqual([
      "acme-cpu_load_stats_real",
      "acme-cpu_load_stats_real_filter_pg",
      "cpu_load_stats_real",
      "orders",
    ]);
    expect(stack.stateFile()).not.toContain(PASSWORD);
  });

  it("finds anomalies, over SASL_SSL and TLS", async () => {
    await send(stack.outputs.kafka, 0, [25, 10, 30]);
    expect(await over(2)).toEqual([25, 30]);
    const { table } = stack.outputs.results.countOverThreshold as { readonly table: string };
    expect(table).toBe("acme.cpu_load_stats_agg_pg");
    const counts = () => query(`SELECT nr_cpus_over_threshold::int AS n FROM ${table}`);
    await until(async () => (await counts()).length > 0, "a window");
    expect(await counts()).toEqual([{ n: 1 }]);
  });

  it("stays unchanged after a second up", async () => {
    expect(Object.keys(await stack.up())).toEqual(["same"]);
  });

  it("continues with a client certificate", async () => {
    const { certificate, key } = authority.client("tenant");
    await stack.set({
      "kafka.bootstrapServers": kafka.connectionFor("tenant", "SSL").bootstrapServers,
      "kafka.login": "certificate",
      "kafka.certificateFile": file("client.pem", certificate),
      "kafka.key": key,
    });
    await stack.up();
    await send(stack.outputs.kafka, 120, [40]);
    expect(await over(3)).toEqual([25, 30, 40]);
  });

  it("reads another owner's topic instead, and reports that its jobs start from scratch", async () => {
    await kafka.createTopics("readings");
    await kafka.allowToRead("tenant", "readings");
    await stack.set({ "source.topic": "readings", "source.existing": true });
    await stack.up();
    for (const job of ["acme-thresholdFilter", "acme-countOverThreshold"]) {
      expect(stack.notes.join("\n")).toContain(
        `job ${job} was started afresh from the committed offsets. It could not resume from its previous state (it read the topic acme-cpu_load_stats_real, and now reads readings): the content of open windows is lost`,
      );
    }
    expect(await kafka.topics()).not.toContain("acme-cpu_load_stats_real");
    expect(stack.outputs).not.toHaveProperty("generator");
    await send(kafka.connectionFor("admin"), 180, [50], "readings");
    expect(await over(4)).toEqual([25, 30, 40, 50]);
  });

  it("removes what it created, and nothing else, when it is destroyed", async () => {
    await query("CREATE TABLE acme.reports (report TEXT)");
    await stack.destroy();
    expect((await kafka.topics()).filter((name) => !name.startsWith("__")).sort()).toEqual([
      "cpu_load_stats_real",
      "orders",
      "readings",
    ]);
    const tables =
      "SELECT schemaname || '.' || tablename AS name FROM pg_tables WHERE tableowner <> 'postgres'";
    const own = (await query(`${tables} AND schemaname NOT IN ('pg_catalog', 'information_schema')`)) as {
      name: string;
    }[];
    expect(own.map(({ name }) => name).sort()).toEqual(["acme.reports", "public.cpu_thresholds"]);
  });
});
