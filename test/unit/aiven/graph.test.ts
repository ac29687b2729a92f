import * as pulumi from "@pulumi/pulumi";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { AivenClient } from "../../../clients/aiven/client.ts";
import type { AppConfig } from "../../../components/contract.ts";
import { pipelineNames } from "../../../components/pipelines.ts";
import { AivenStandIn } from "../../aiven/standIn.ts";
import { ResourceGraph } from "../../support/resourceGraph.ts";
import { stackFile } from "../../support/stackFile.ts";
import { withoutEngine } from "../../support/withoutEngine.ts";

vi.mock("../../../setup/jars.ts", async (original) => ({
  ...(await original<typeof import("../../../setup/jars.ts")>()),
  missingJars: () => [],
}));

withoutEngine();
vi.mock("../../../components/hosts/docker/preflight.ts", () => ({ checkDocker: async () => undefined }));
vi.mock("../../../components/hosts/gateway/preflight.ts", () => ({ checkFlink: async () => undefined }));

let api: AivenStandIn;
let ca: string;
beforeAll(async () => {
  api = await AivenStandIn.start({
    services: [
      { name: "my-flink", type: "flink", plan: "business-4", userConfig: { number_of_task_slots: 10 } },
    ],
  });
  for (const [name, value] of Object.entries(api.environment)) vi.stubEnv(name, value);
  ca = await new AivenClient(api.environment.AIVEN_TOKEN).authority("test-project");
});
afterAll(() => api.close());

const SERVICES = ["Flink", "Kafka", "OpenSearch", "Pg"];
const graphOf = async (stack: string, settings: Record<string, unknown> = {}, preview = false) =>
  ResourceGraph.of({ ...(await stackFile(stack)), ...settings }, stack, preview);
/** The Aiven services among the resources, by name. */
const servicesIn = (graph: ResourceGraph) =>
  graph.resources
    .filter(({ type }) => SERVICES.some((kind) => type.startsWith("aiven:") && type.endsWith(`:${kind}`)))
    .map(({ name }) => name)
    .sort();
const ofProvider = (graph: ResourceGraph, provider: string) =>
  graph.resources.filter(({ type }) => type.startsWith(`${provider}:`));
/** Permission by user, for a topic. */
const accessTo = (graph: ResourceGraph, topic: string) =>
  Object.fromEntries(
    graph.resources
      .filter(({ type, inputs }) => type.endsWith(":KafkaAcl") && inputs.topic === topic)
      .map(({ inputs }) => [inputs.username, inputs.permission]),
  );

describe("the stack dev", () => {
  let graph: ResourceGraph;
  beforeAll(async () => {
    graph = await graphOf("dev");
  });

  it("has the tutorial's services, each integrated with Flink", () => {
    expect(servicesIn(graph)).toEqual([
      "flink-service",
      "kafka-service",
      "openSearch-service",
      "postgres-service",
    ]);
    const names = ["kafka", "postgres", "flink", "openSearch"].map(
      (service) => graph.get(`${service}-service`).inputs.serviceName,
    );
    expect(names).toEqual(["demo-kafka", "demo-postgresql", "demo-flink", "demo-opensearch"]);
    expect(graph.names("ServiceIntegration").sort()).toEqual([
      "flink-kafka",
      "flink-openSearch",
      "flink-postgres",
    ]);
    expect(graph.get("flink-kafka").inputs).toEqual({
      project: "test-project",
      integrationType: "flink",
      sourceServiceName: "demo-kafka",
      destinationServiceName: "demo-flink",
    });
  });

  it("runs nothing on this machine", () => {
    expect(graph.names("Server")).toEqual([]);
    expect(graph.names("SqlJob")).toEqual([]);
  });

  it("tags every service", () => {
    for (const name of servicesIn(graph)) {
      expect(graph.get(name).inputs.tags).toEqual([
        { key: "managed-by", value: "pulumi" },
        { key: "stack", value: "dev" },
      ]);
    }
  });

  it("creates only the declared topics and users of Kafka", () => {
    expect(graph.get("kafka-service").inputs).toMatchObject({
      defaultAcl: false,
      kafkaUserConfig: {
        kafka: { autoCreateTopicsEnable: false },
        kafkaAuthenticationMethods: { certificate: true, sasl: true },
      },
    });
  });

  it("gives each role exactly the permissions it needs on a topic", () => {
    expect(accessTo(graph, "cpu_load_stats_real")).toEqual({
      generator: "write",
      // The heartbeat writes there too.
      avnadmin: "readwrite",
      dashboard: "read",
    });
    expect(accessTo(graph, "cpu_load_stats_real_filter")).toEqual({ avnadmin: "write", dashboard: "read" });
    expect(accessTo(graph, "cpu_agg_stats")).toEqual({ avnadmin: "readwrite", dashboard: "read" });
    expect(accessTo(graph, "cpu_alerts")).toEqual({
      avnadmin: "write",
      dashboard: "read",
      notifier: "read",
    });
    expect(graph.names("KafkaUser").sort()).toEqual(["kafka-dashboard", "kafka-generator", "kafka-notifier"]);
  });

  it("replicates its topics, each with its own configuration", () => {
    expect(graph.get("cpu-cpu_load_stats_real-topic").inputs).toEqual({
      project: "test-project",
      serviceName: "demo-kafka",
      topicName: "cpu_load_stats_real",
      partitions: 3,
      replication: 2,
      config: { retentionMs: "86400000", minInsyncReplicas: "1", messageTimestampType: "LogAppendTime" },
    });
    expect(graph.get("cpu-cpu_load_stats_real_quarantine-topic").inputs.config).toMatchObject({
      maxMessageBytes: "16777216",
    });
    expect(graph.get("cpu-cpu_alerts-topic").inputs.config).toMatchObject({ retentionMs: "2592000000" });
  });

  it("creates tables over TLS verified by the project's certificate authority", () => {
    const { inputs, secrets } = graph.get("cpu-thresholds-table");
    expect(inputs.connection).toMatchObject({
      host: "demo-postgresql.example.org",
      database: "defaultdb",
      user: "avnadmin",
      tls: { ca },
    });
    expect(secrets).toEqual(["connection"]);
  });

  it("lets the notifier, and nobody else, into PostgreSQL, to read silences", () => {
    expect(graph.names("PgUser")).toEqual(["postgres-notifier"]);
    expect(graph.names("Grant")).toEqual(["cpu-silences-notifier"]);
    expect(graph.get("cpu-silences-notifier").inputs).toMatchObject({
      table: "cpu_silences",
      role: "notifier",
      privileges: ["SELECT"],
    });
  });

  it.each([
    ["is switched off", { "notifier.enabled": false }],
    ["has no alerts to read", { pipelines: ["thresholdFilter"] }],
  ])("has no user for a notifier that %s", async (_, settings) => {
    const quiet = await graphOf("dev", settings);
    expect(quiet.names("PgUser")).toEqual([]);
    expect(quiet.names("KafkaUser")).not.toContain("kafka-notifier");
    expect(quiet.names("Table")).toContain("cpu-silences-table");
  });

  it("deploys one application per pipeline, one deployment at a time, with secret tables", () => {
    expect(graph.names("FlinkApplication").sort()).toEqual(
      pipelineNames.map((name) => `cpu-${name}-application`).sort(),
    );
    for (const name of pipelineNames) {
      const version = graph.get(`cpu-${name}-version`);
      expect(version.secrets).toEqual(expect.arrayContaining(["sink", "source"]));
      expect(version.secretOutputs).toEqual(["sink", "sinks", "source", "sources"]);
      const deployment = graph.get(`cpu-${name}-deployment`);
      expect(deployment).toMatchObject({
        deleteBeforeReplace: true,
        inputs: { parallelism: 1, restartEnabled: true, versionId: `id of cpu-${name}-version` },
      });
      expect(deployment.inputs).not.toHaveProperty("startingSavepoint");
    }
  });

  it("starts a pipeline after its topics, the permissions on them, its tables and its index", () => {
    expect(graph.get("cpu-search-deployment").dependsOn).toEqual(
      expect.arrayContaining([
        "cpu-cpu_load_stats_real_filter_pg-topic",
        "cpu-cpu_load_stats_real_filter_pg-flink",
        "cpu-cpu_load_stats_real_filter_os",
        "cpu-thresholds-table",
      ]),
    );
  });

  it("deletes everything together with its service, except deployments, which are cancelled first", () => {
    expect(graph.get("cpu-filter-application").deletedWith).toBe("flink-service");
    expect(graph.get("cpu-filter-version").deletedWith).toBe("flink-service");
    expect(graph.get("flink-kafka").deletedWith).toBe("flink-service");
    expect(graph.get("cpu-filter-deployment").deletedWith).toBe("");
    expect(graph.get("cpu-cpu_agg_stats-topic").deletedWith).toBe("kafka-service");
    expect(graph.get("cpu-cpu_agg_stats-dashboard").deletedWith).toBe("kafka-service");
    expect(graph.get("cpu-thresholds-table").deletedWith).toBe("postgres-service");
    expect(graph.get("cpu-cpu_load_stats_real_filter_os").deletedWith).toBe("openSearch-service");
  });

  it("protects nothing", () => {
    expect(graph.resources.filter(({ protect }) => protect)).toEqual([]);
    expect(graph.get("kafka-service").inputs.terminationProtection).toBe(false);
  });
});

describe("the stack hybrid", () => {
  let graph: ResourceGraph;
  beforeAll(async () => {
    graph = await graphOf("hybrid");
  });

  it("has Kafka and PostgreSQL on Aiven, Flink and the notifier on this machine", () => {
    expect(servicesIn(graph)).toEqual(["kafka-service", "postgres-service"]);
    expect(graph.names("Server").sort()).toEqual([
      "flink-jobmanager",
      "flink-sql-gateway",
      "flink-taskmanager",
      "notifier-process",
    ]);
    expect(graph.names("ServiceIntegration")).toEqual([]);
  });

  it("runs every pipeline that needs no OpenSearch", () => {
    const pipelines = pipelineNames.filter((name) => name !== "search").map((name) => `cpu-${name}`);
    expect(graph.names("SqlJob").sort()).toEqual(pipelines.sort());
  });

  it("gives Flink its own users with only the permissions it needs", () => {
    // The pipeline heartbeat writes to the topic of the readings.
    expect(accessTo(graph, "cpu_load_stats_real")).toMatchObject({ flink: "readwrite" });
    expect(accessTo(graph, "cpu_agg_stats")).toMatchObject({ flink: "readwrite" });
    const grants = ["cpu-thresholds-flink", "cpu-cpu_load_stats_agg_pg-flink"].map(
      (name) => graph.get(name).inputs,
    );
    expect(grants).toMatchObject([
      { table: "cpu_thresholds", role: "flink", privileges: ["SELECT"] },
      { table: "cpu_load_stats_agg_pg", role: "flink", privileges: ["SELECT", "INSERT", "UPDATE"] },
    ]);
    expect(graph.get("cpu-thresholdFilter").dependsOn).toContain("cpu-thresholds-flink");
  });

  it("reaches Kafka as the user flink over SASL_SSL, with the project's authority", () => {
    const tables = String(graph.get("cpu-filter").inputs.tables);
    expect(tables).toContain("'properties.bootstrap.servers' = 'kafka.example.org:10002'");
    expect(tables).toContain("'properties.security.protocol' = 'SASL_SSL'");
    expect(tables).toContain('username="flink" password="password of kafka-flink"');
    expect(tables).toContain(ca);
    expect(graph.get("cpu-filter").secrets).toEqual(["tables"]);
  });

  it("reaches Kafka with a certificate if the settings say so", async () => {
    const byCertificate = await graphOf("hybrid", { "kafka.authentication": "certificate" });
    const tables = String(byCertificate.get("cpu-filter").inputs.tables);
    expect(tables).toContain("'properties.bootstrap.servers' = 'kafka.example.org:10001'");
    expect(tables).toContain("certificate of kafka-flink");
    expect(tables).not.toContain("password of kafka-flink");
  });

  it("gets new users after aiven.credentials is increased", async () => {
    const second = await graphOf("hybrid", { "aiven.credentials": 2 });
    const users = second.names("KafkaUser").map((name) => second.get(name).inputs.username);
    expect(users.sort()).toEqual(["dashboard-2", "flink-2", "generator-2", "notifier-2"]);
    expect(second.get("postgres-flink").inputs.username).toBe("flink-2");
    expect(String(second.get("cpu-filter").inputs.tables)).toContain('username="flink-2"');
  });

  it("can run Flink and the notifier on Docker, on this machine or another", async () => {
    const docker = await graphOf("hybrid", {
      "flink.runsOn": "docker",
      "notifier.runsOn": "docker",
      "docker.host": "ssh://operator@flink.example.com",
    });
    expect(docker.names("Server")).toEqual([]);
    expect(docker.names("Container").sort()).toEqual([
      "flink-jobmanager",
      "flink-sql-gateway",
      "flink-taskmanager",
      "notifier-container",
    ]);
    expect(String(docker.get("cpu-filter").inputs.tables)).toContain(
      "'properties.bootstrap.servers' = 'kafka.example.org:10002'",
    );
    expect(JSON.stringify(docker.get("notifier-container").inputs.uploads)).toContain(
      "password of kafka-notifier",
    );
    expect(docker.get("notifier-container").secrets).toEqual(["uploads"]);
  });

  it("can run its jobs on another Flink, through its gateway", async () => {
    const gateway = await graphOf("hybrid", {
      "flink.runsOn": "gateway",
      "flink.gatewayUrl": "http://flink.example.com:8083/",
      "flink.webUrl": "http://flink.example.com:8081",
    });
    expect(gateway.get("cpu-filter").inputs).toMatchObject({
      gatewayUrl: "http://flink.example.com:8083",
      jobManagerUrl: "http://flink.example.com:8081",
    });
    expect(gateway.names("Server")).toEqual(["notifier-process"]);
  });
});

describe("the stack prod", () => {
  let graph: ResourceGraph;
  beforeAll(async () => {
    graph = await graphOf("prod");
  });

  it("adopts the existing Flink service and removes what it adds to that service", () => {
    expect(servicesIn(graph)).toEqual(["kafka-service", "openSearch-service", "postgres-service"]);
    expect(graph.get("flink-kafka").inputs.destinationServiceName).toBe("my-flink");
    for (const name of [
      "flink-kafka",
      "cpu-filter-application",
      "cpu-filter-version",
      "cpu-filter-deployment",
    ]) {
      expect(graph.get(name).deletedWith).toBe("");
    }
  });

  it("protects everything that holds data, at Aiven and in Pulumi", () => {
    for (const name of servicesIn(graph)) {
      expect(graph.get(name)).toMatchObject({ protect: true, inputs: { terminationProtection: true } });
    }
    const kinds = ["KafkaTopic", "ThresholdTable", "Table", "IndexTemplate"];
    for (const name of kinds.flatMap((kind) => graph.names(kind))) {
      const { type, protect } = graph.get(name);
      if (!type.startsWith("streaming:aiven:")) expect([name, protect]).toEqual([name, true]);
    }
  });

  it.each([
    ["on Aiven", {}],
    ["on this machine, too", { "generator.enabled": true, "notifier.runsOn": "local" }],
  ])(
    "has a resource that depends on everything %s, so that a destroy fails before it deletes anything",
    async (_where, settings) => {
      const graph = await graphOf("prod", settings);
      const protection = graph.get("protection");
      expect(protection.protect).toBe(true);
      const others = graph.resources.map(({ name }) => name).filter((name) => name !== "protection");
      // The components themselves stand for their children; a notifier that runs elsewhere has none.
      const components = new Set([...graph.resources.map(({ parent }) => parent), "notifier"]);
      const missing = others.filter((name) => !components.has(name) && !protection.dependsOn.includes(name));
      expect(missing).toEqual([]);
    },
  );

  it("allows only the configured networks", () => {
    const configs = {
      kafka: "kafkaUserConfig",
      postgres: "pgUserConfig",
      openSearch: "opensearchUserConfig",
    };
    for (const [service, config] of Object.entries(configs)) {
      expect(graph.get(`${service}-service`).inputs[config]).toMatchObject({
        ipFilterStrings: ["203.0.113.0/24"],
      });
    }
  });

  it("keeps three copies of each record, two of which are written before it is acknowledged", () => {
    for (const name of graph.names("KafkaTopic")) {
      expect(graph.get(name).inputs).toMatchObject({ replication: 3, config: { minInsyncReplicas: "2" } });
    }
  });
});

describe("alerts by Flink's connector to Slack", () => {
  const connector = { "slack.via": "connector", "slack.channel": "C0123456789", "slack.token": "xoxb-1" };

  it("replace the notifier and leave all topics, with the token only in secrets", async () => {
    const graph = await graphOf("dev", connector);
    expect(graph.resources.filter(({ name }) => name.startsWith("notifier"))).toEqual([]);
    expect(graph.outputs.results).toMatchObject({ notify: { topic: "cpu_notifications" } });
    expect(accessTo(graph, "cpu_alerts")).toEqual({ avnadmin: "readwrite", dashboard: "read" });
    const { inputs, secrets } = graph.get("cpu-slack-version");
    expect(JSON.stringify(inputs.source)).toContain("CPU_ALERTS_IN");
    expect(JSON.stringify(inputs.sink)).toContain("xoxb-1");
    expect(inputs.statement).toContain("INSERT INTO SLACK");
    expect(secrets).toContain("sink");
    const holders = graph.resources.filter((resource) => JSON.stringify(resource.inputs).includes("xoxb-1"));
    expect(holders.map(({ name }) => name)).toEqual(["cpu-slack-version"]);
  });

  it("leave the notifier in place for a webhook if there is one", async () => {
    const graph = await graphOf("dev", { ...connector, "webhook.url": "https://example.org/hook" });
    const config = pulumi.output(graph.outputs.notifier as pulumi.Output<AppConfig>);
    const { options } = await new Promise<AppConfig>((resolve) => config.apply(resolve));
    expect(options).toMatchObject({ webhookUrl: "https://example.org/hook" });
    expect(options).not.toHaveProperty("token");
  });
});

it("a configured savepoint is where the deployment of its pipeline starts", async () => {
  const graph = await graphOf("dev", { startingSavepoint: { filter: "savepoint-1" } });
  expect(graph.get("cpu-filter-deployment").inputs.startingSavepoint).toBe("savepoint-1");
  expect(graph.get("cpu-trend-deployment").inputs).not.toHaveProperty("startingSavepoint");
});

it.each([
  ["pins its versions", {}, ["4.1", "17", "2.19", "1.20"]],
  [
    "has the versions of its settings",
    { "kafka.version": "4.2", "postgres.version": 18, "openSearch.version": 2 },
    ["4.2", "18", "2", "1.20"],
  ],
])("a service on Aiven %s", async (_what, settings, versions) => {
  const graph = await graphOf("dev", settings);
  const { kafkaUserConfig } = graph.get("kafka-service").inputs;
  const { pgUserConfig } = graph.get("postgres-service").inputs;
  const { opensearchUserConfig } = graph.get("openSearch-service").inputs;
  const { flinkUserConfig } = graph.get("flink-service").inputs;
  expect([kafkaUserConfig, pgUserConfig, opensearchUserConfig, flinkUserConfig]).toMatchObject([
    { kafkaVersion: versions[0] },
    { pgVersion: versions[1] },
    { opensearchVersion: versions[2] },
    { flinkVersion: versions[3] },
  ]);
});

it.each(["dev", "hybrid", "prod"])("a preview of %s has the same resources as the stack", async (stack) => {
  const [stood, previewed] = [await graphOf(stack), await graphOf(stack, {}, true)];
  const names = (graph: ResourceGraph) => graph.resources.map(({ type, name }) => `${type} ${name}`).sort();
  expect(names(previewed)).toEqual(names(stood));
});

it.each(["dev", "hybrid", "prod"])(
  "no password of %s appears in an input that is not secret",
  async (stack) => {
    const graph = await graphOf(stack);
    const open = ofProvider(graph, "streaming")
      .concat(ofProvider(graph, "aiven"))
      .flatMap(({ name, inputs, secrets }) =>
        Object.entries(inputs).flatMap(([key, value]) =>
          /password of|key of/.test(JSON.stringify(value)) && !secrets.includes(key)
            ? [`${name}.${key}`]
            : [],
        ),
      );
    expect(open).toEqual([]);
  },
);
