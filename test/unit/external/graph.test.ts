import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it, vi } from "vitest";
import { namesOf } from "../../../components/names.ts";
import { plannedOf } from "../../../components/planned.ts";
import program from "../../../index.ts";
import { TestAuthority } from "../../support/certificates.ts";
import { ResourceGraph } from "../../support/resourceGraph.ts";
import { settingsOf } from "../aiven/settings.ts";
import { EXTERNAL, SECRETS } from "./settings.ts";

vi.mock("../../../setup/jars.ts", async (original) => ({
  ...(await original<typeof import("../../../setup/jars.ts")>()),
  missingJars: () => [],
}));

const directory = mkdtempSync(join(tmpdir(), "streaming-external-"));
const authority = new TestAuthority("Company CA");
const client = authority.client("streaming-user");
const caFile = join(directory, "ca.pem");
const certificateFile = join(directory, "client.pem");
writeFileSync(caFile, `Company CA\n${authority.ca}`);
writeFileSync(certificateFile, client.certificate);
afterAll(() => rmSync(directory, { recursive: true }));

/** Without the preflight, which would contact the services. */
const graphOf = (settings: Record<string, unknown>, preview = false, stack = "demo") =>
  ResourceGraph.of({ ...EXTERNAL, ...SECRETS, ...settings }, stack, preview, () =>
    program({ checked: true }),
  );

const tablesOf = (graph: ResourceGraph, job: string) => String(graph.get(job).inputs.tables);

describe("with an existing Kafka, PostgreSQL and OpenSearch", () => {
  it.each([false, true])("only what belongs to the stack is created (preview: %s)", async (preview) => {
    const graph = await graphOf({}, preview);
    expect(graph.names("Server").sort()).toEqual([
      "flink-jobmanager",
      "flink-sql-gateway",
      "flink-taskmanager",
      "generator-process",
      "notifier-process",
    ]);
    expect(graph.names("Schema")).toEqual(["postgres-schema"]);
    expect(graph.names("Topic")).toHaveLength(10);
    expect(graph.names("IndexTemplate")).toEqual(["cpu-cpu_load_stats_real_filter_os"]);
    expect(graph.names("SqlJob")).toHaveLength(14);
  });

  it("everything has the stack's name and shows who created it", async () => {
    const graph = await graphOf({});
    const madeBy = "made by the stack demo of streaming-anomaly-detection";
    const topics = graph.names("Topic").map((name) => graph.get(name).inputs);
    expect(
      topics.every(({ topic, shared }) => String(topic).startsWith("demo-cpu_") && shared === true),
    ).toBe(true);
    expect(graph.get("postgres-schema").inputs).toMatchObject({ schema: "demo", madeBy });
    expect(graph.get("cpu-thresholds").inputs).toMatchObject({ table: "demo.cpu_thresholds", madeBy });
    expect(graph.get("cpu-thresholds").inputs.ddl).toContain(
      'CREATE TABLE IF NOT EXISTS "demo"."cpu_thresholds" (',
    );
    expect(graph.get("cpu-silences").inputs).toMatchObject({ table: "demo.cpu_silences", madeBy });
    expect(graph.get("cpu-thresholds").dependsOn).toContain("postgres-schema");
    expect(graph.get("cpu-cpu_load_stats_real_filter_os").inputs).toMatchObject({
      index: "demo-cpu_load_stats_real_filter_os",
      template: "demo-cpu_load_stats_real_filter_os",
      madeBy,
      body: { mappings: { dynamic: "strict", _meta: { madeBy } } },
    });
  });

  it("what is checked before an up is what the up creates", async () => {
    for (const settings of [{}, { "notifier.enabled": false }, { pipelines: ["filter"] }]) {
      const all = { ...EXTERNAL, ...settings };
      const graph = await graphOf(settings);
      const made = (type: string, input: string) =>
        graph.names(type).map((name) => String(graph.get(name).inputs[input]));
      const read = settingsOf(all);
      const planned = plannedOf(
        read,
        namesOf(read, "demo", () => true),
      );
      expect(planned.topics.map(({ topic }) => topic).sort()).toEqual(made("Topic", "topic").sort());
      const tables = [...made("Table", "table"), ...made("ThresholdTable", "table")];
      expect([...planned.tables].sort()).toEqual(tables.sort());
      expect(planned.indexes).toEqual(made("IndexTemplate", "index"));
    }
  });

  it("another owner's topic is read under its own name, and nothing writes to it", async () => {
    const source = { "source.topic": "company.cpu", "source.existing": true };
    const graph = await graphOf(source);
    expect(graph.get("cpu-cpu_load_stats_real").inputs).toEqual({
      connection: graph.get("cpu-cpu_agg_stats").inputs.connection,
      topic: "company.cpu",
      existing: true,
    });
    expect(tablesOf(graph, "cpu-filter")).toContain("'topic' = 'company.cpu'");
    expect(tablesOf(graph, "cpu-filter")).toContain("'topic' = 'demo-cpu_load_stats_real_filter'");
    expect(graph.names("Server")).not.toContain("generator-process");
    expect(graph.names("SqlJob")).not.toContain("cpu-heartbeat");
    expect(graph.outputs).toMatchObject({ sourceTopic: "company.cpu" });
    expect(graph.outputs).not.toHaveProperty("generator");
    const read = settingsOf({ ...EXTERNAL, ...source });
    const planned = plannedOf(
      read,
      namesOf(read, "demo", () => true),
    );
    expect(planned.existingTopic).toBe("company.cpu");
    expect(planned.topics.map(({ topic }) => topic)).not.toContain("company.cpu");
  });

  it("a readings topic with another name has the stack's prefix", async () => {
    const graph = await graphOf({ "source.topic": "cpu" });
    expect(graph.get("cpu-cpu_load_stats_real").inputs).toMatchObject({ topic: "demo-cpu", shared: true });
    expect(tablesOf(graph, "cpu-filter")).toContain("'topic' = 'demo-cpu'");
  });

  it("the pipelines and apps use these names", async () => {
    const graph = await graphOf({});
    expect(tablesOf(graph, "cpu-thresholdFilter")).toContain("'topic' = 'demo-cpu_load_stats_real'");
    expect(tablesOf(graph, "cpu-thresholdFilter")).toContain('FROM "demo"."cpu_thresholds") AS thresholds');
    expect(tablesOf(graph, "cpu-thresholdFilter")).toContain(
      "'properties.group.id' = 'demo-thresholdFilter'",
    );
    expect(tablesOf(graph, "cpu-countOverThreshold")).toContain(
      `'table-name' = '"demo"."cpu_load_stats_agg_pg"'`,
    );
    expect(tablesOf(graph, "cpu-search")).toContain("'index' = 'demo-cpu_load_stats_real_filter_os'");
    expect(graph.outputs).toMatchObject({
      sourceTopic: "demo-cpu_load_stats_real",
      thresholdTable: "demo.cpu_thresholds",
      silenceTable: "demo.cpu_silences",
      results: {
        filter: { topic: "demo-cpu_load_stats_real_filter" },
        countOverThreshold: { table: "demo.cpu_load_stats_agg_pg" },
        search: { index: "demo-cpu_load_stats_real_filter_os" },
      },
    });
    const files = (name: string) => JSON.stringify(graph.get(name).inputs.files);
    expect(files("generator-process")).toContain('\\"topic\\":\\"demo-cpu_load_stats_real\\"');
    for (const name of ["demo-cpu_alerts", "demo.cpu_silences", "demo-notifier"])
      expect(files("notifier-process")).toContain(`\\"${name}\\"`);
  });

  it("the settings may have other names", async () => {
    const graph = await graphOf({ "names.prefix": "team-a.", "postgres.schema": "analytics" });
    expect(graph.get("cpu-cpu_agg_stats").inputs.topic).toBe("team-a.cpu_agg_stats");
    expect(graph.get("cpu-cpu_load_stats_agg_pg").inputs.table).toBe("analytics.cpu_load_stats_agg_pg");
    expect(tablesOf(graph, "cpu-filter")).toContain("'sink.transactional-id-prefix' = 'team-a.filter'");
  });

  it("a stack name that PostgreSQL or OpenSearch would not accept becomes one that they do", async () => {
    const graph = await graphOf({}, false, "_Team.A-1");
    expect(graph.get("postgres-schema").inputs.schema).toBe("team_a_1");
    expect(graph.get("cpu-cpu_load_stats_real_filter_os").inputs.index).toBe(
      "team.a-1-cpu_load_stats_real_filter_os",
    );
  });

  it("passwords are secret wherever they appear", async () => {
    const graph = await graphOf({});
    for (const secret of Object.values(SECRETS)) {
      const holders = graph.resources.filter(({ inputs }) => JSON.stringify(inputs).includes(secret));
      expect(holders.length).toBeGreaterThan(0);
      for (const { name, inputs, secrets } of holders) {
        const open = Object.entries(inputs).filter(([key]) => !secrets.includes(key));
        expect(JSON.stringify(open), name).not.toContain(secret);
      }
    }
  });
});

describe("an existing Kafka is reached", () => {
  const bootstrapServers = "kafka-1.example.org:9093,kafka-2.example.org:9093";
  const connectionOf = async (settings: Record<string, unknown>) =>
    (await graphOf(settings)).get("cpu-cpu_agg_stats").inputs.connection;

  it.each([
    ["scram-sha-256", "SCRAM-SHA-256"],
    ["scram-sha-512", "SCRAM-SHA-512"],
    ["plain", "PLAIN"],
  ])("with a password by %s", async (login, mechanism) => {
    const security = {
      protocol: "SASL_SSL",
      mechanism,
      username: "streaming-user",
      password: "kafka-secret",
      ca: authority.ca,
    };
    expect(await connectionOf({ "kafka.login": login, "kafka.caFile": caFile })).toEqual({
      bootstrapServers,
      security,
    });
  });

  it("with a certificate", async () => {
    const settings = { "kafka.login": "certificate", "kafka.certificateFile": certificateFile };
    const stored = `Bag Attributes\n    localKeyID: 01\nKey Attributes: <No Attributes>\n${client.key}`;
    expect(await connectionOf({ ...settings, "kafka.key": stored })).toEqual({
      bootstrapServers,
      security: { protocol: "SSL", certificate: client.certificate, key: client.key.trim() },
    });
  });

  it("without TLS if the settings say so", async () => {
    expect(await connectionOf({ "kafka.login": "none" })).toEqual({
      bootstrapServers,
      security: { protocol: "PLAINTEXT" },
    });
  });

  it("topics have as many copies as the settings say", async () => {
    const graph = await graphOf({});
    expect(graph.get("cpu-cpu_agg_stats").inputs).toMatchObject({
      replicationFactor: 3,
      config: { "min.insync.replicas": "2", "retention.ms": "86400000" },
    });
    expect(graph.get("cpu-cpu_alerts").inputs.config).toMatchObject({ "retention.ms": "2592000000" });
  });
});

describe("an existing OpenSearch is reached", () => {
  it("by our own commands with its authority, and by a self-managed Flink without", async () => {
    const gateway = {
      "flink.gatewayUrl": "http://flink.example.org:8083",
      "flink.webUrl": "http://flink.example.org",
    };
    const settings = { "flink.runsOn": "gateway", ...gateway, "openSearch.caFile": caFile };
    const graph = await graphOf(settings);
    const login = { username: "streaming-user", password: "openSearch-secret" };
    expect(graph.get("cpu-cpu_load_stats_real_filter_os").inputs.connection).toEqual({
      url: "https://search.example.org/path",
      ...login,
      ca: authority.ca,
    });
    expect(tablesOf(graph, "cpu-search")).toContain("'hosts' = 'https://search.example.org:443'");
    expect(tablesOf(graph, "cpu-search")).toContain("'connection.path-prefix' = '/path'");
  });
});

describe("an existing PostgreSQL is reached", () => {
  const urlIn = (graph: ResourceGraph) =>
    /'url' = '([^']+)'/.exec(tablesOf(graph, "cpu-countOverThreshold"))?.[1];

  it("over TLS, verified by Java's own authorities or the given one", async () => {
    const own = await graphOf({});
    expect(own.get("cpu-thresholds").inputs.connection).toEqual({
      host: "db.example.org",
      port: 6432,
      database: "company",
      user: "streaming-user",
      password: "postgres-secret",
      tls: {},
    });
    expect(urlIn(own)).toMatch(
      /^jdbc:postgresql:\/\/db\.example\.org:6432\/company\?.*sslmode=verify-full.*Default/,
    );
    const given = await graphOf({ "postgres.caFile": caFile });
    expect(given.get("cpu-thresholds").inputs.connection).toMatchObject({ tls: { ca: authority.ca } });
    expect(urlIn(given)).toContain("SingleCertValidatingFactory");
  });

  it("without TLS if the settings say so, and on the usual port", async () => {
    const graph = await graphOf({ "postgres.tls": "none", "postgres.address": "db.example.org" });
    expect(graph.get("cpu-thresholds").inputs.connection).toMatchObject({ port: 5432 });
    expect(graph.get("cpu-thresholds").inputs.connection).not.toHaveProperty("tls");
    expect(urlIn(graph)).not.toContain("ssl");
  });
});
