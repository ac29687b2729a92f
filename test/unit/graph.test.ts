import * as pulumi from "@pulumi/pulumi";
import { beforeAll, describe, expect, it, vi } from "vitest";
import { readOptions } from "../../components/ddl.ts";
import { pipelineSql, readSql } from "../../components/pipelineSql.ts";
import {
  outputOwner,
  type PipelineName,
  pipelineNames,
  pipelineOf,
  pipelines,
  sourceTopic,
} from "../../components/pipelines.ts";
import { tutorialFormat } from "../../components/source/sourceFormat.ts";
import { missingJars } from "../../setup/jars.ts";
import { ResourceGraph } from "../support/resourceGraph.ts";
import { SQL_VALUES } from "../support/sqlValues.ts";

vi.mock("../../setup/jars.ts", async (original) => ({
  ...(await original<typeof import("../../setup/jars.ts")>()),
  missingJars: vi.fn(() => [] as string[]),
}));

const owners = pipelineNames.filter((name) => outputOwner(name) === name);
const outputs = owners.flatMap((name) => pipelineOf(name).output ?? []);
const topics = [
  "cpu_load_stats_real",
  ...outputs.flatMap((output) => ("topic" in output ? [output.topic] : [])),
];
const servers = [
  "flink-jobmanager",
  "flink-sql-gateway",
  "flink-taskmanager",
  "kafka-broker",
  "openSearch-node",
  "postgres-server",
];

/** Options of a job's table in Flink, by the file that it comes from. */
function tableOf(graph: ResourceGraph, pipeline: "filter" | "thresholdFilter", file: string) {
  const { tables } = graph.get(`cpu-${pipeline}`).inputs as { tables: string[] };
  const position = (pipelines[pipeline].tables as readonly string[]).indexOf(file);
  return readOptions(tables[position] ?? "");
}

/** The values of outputs, including secret ones. */
function plainValues(outputs: Record<string, unknown>): Promise<unknown> {
  return new Promise((resolve) => pulumi.output(outputs).apply(resolve));
}

/** The resource that holds a pipeline's results. */
const outputName = (pipeline: PipelineName) =>
  `cpu-${Object.values(pipelineOf(pipeline).output ?? { topic: sourceTopic })[0]}`;

describe("the program with its default settings", () => {
  let graph: ResourceGraph;
  beforeAll(async () => {
    graph = await ResourceGraph.of();
  });

  it("runs the services, an output and a job for each pipeline, the thresholds and the apps", () => {
    expect(graph.names("Server").sort()).toEqual(
      [...servers, "generator-process", "notifier-process", "page-process"].sort(),
    );
    expect(graph.names("Topic").sort()).toEqual(topics.map((topic) => `cpu-${topic}`).sort());
    expect(graph.names("Table").sort()).toEqual(["cpu-cpu_load_stats_agg_pg", "cpu-silences"]);
    expect(graph.names("SqlJob").sort()).toEqual(pipelineNames.map((name) => `cpu-${name}`).sort());
    expect(graph.names("ThresholdTable")).toEqual(["cpu-thresholds"]);
    expect(graph.names("Password")).toEqual(["postgres-password"]);
    expect(graph.names("UniqueId")).toEqual(["flink-owner"]);
  });

  it("has each resource under the component that it belongs to", () => {
    const parents = graph.resources.map(({ name, parent }) => [name, parent]);
    const expected = graph.resources.map(({ name }) => {
      const component = name.split("-")[0] ?? "";
      return [name, component === name ? "" : component];
    });
    expect(parents).toEqual(expected);
    expect(new Set(parents.map(([, parent]) => parent))).toEqual(
      new Set(["", "kafka", "postgres", "openSearch", "flink", "cpu", "generator", "notifier", "page"]),
    );
  });

  it("has its topics on the broker, deleted with it", () => {
    for (const topic of topics) {
      expect(graph.get(`cpu-${topic}`)).toMatchObject({
        dependsOn: ["kafka-broker"],
        deletedWith: "kafka-broker",
        inputs: {
          topic,
          partitions: 3,
          replicationFactor: 1,
          config: expect.objectContaining({
            // Alerts may be silenced for longer than a day.
            "retention.ms": topic === "cpu_alerts" ? "2592000000" : "86400000",
            "message.timestamp.type": "LogAppendTime",
          }),
        },
      });
    }
  });

  it("has the thresholds in PostgreSQL, deleted with it", () => {
    expect(graph.get("cpu-thresholds")).toMatchObject({
      dependsOn: ["postgres-password", "postgres-server"],
      deletedWith: "postgres-server",
      inputs: {
        table: "cpu_thresholds",
        ddl: readSql("postgres/cpu_thresholds.sql"),
        rows: { doc: 20, grumpy: 30, sleepy: 40, bashful: 60, happy: 70, sneezy: 80, dopey: 90 },
        replace: false,
        replaceSetting: "the setting replaceTables: [cpu_thresholds]",
      },
    });
  });

  it("has the notifier wait for the alerts and the silences", () => {
    expect(graph.get("notifier").dependsOn).toEqual(["cpu-cpu_alerts", "cpu-silences"]);
  });

  it("has the page wait for everything that it shows", () => {
    const { dependsOn } = graph.get("page");
    const outputs = pipelineNames.flatMap((name) => (pipelineOf(name).output ? [outputName(name)] : []));
    expect(new Set(dependsOn)).toEqual(
      new Set(["cpu-cpu_load_stats_real", "cpu-thresholds", "cpu-silences", ...outputs]),
    );
  });

  it("has its jobs on a complete cluster, after what they read and write, deleted with the JobManager", () => {
    const [jobManager, gateway, taskManager] = servers;
    for (const pipeline of pipelineNames) {
      const job = graph.get(`cpu-${pipeline}`);
      const needed = [
        jobManager,
        gateway,
        taskManager,
        "cpu-thresholds",
        "cpu-cpu_load_stats_real",
        ...[pipeline, pipelineOf(pipeline).reads ?? pipeline].map((name) => outputName(name as PipelineName)),
      ];
      expect(job.dependsOn).toEqual(expect.arrayContaining(needed));
      expect(job.deletedWith).toBe(jobManager);
      expect(job.inputs).toMatchObject({
        job: `test-${pipeline}`,
        statement: pipelineSql(pipeline, SQL_VALUES).statement,
        incarnation: "start of flink-jobmanager start of flink-taskmanager",
        settings: { "table.local-time-zone": "UTC" },
        freshStart: false,
        freshStartSetting: `the setting freshStart: [${pipeline}]`,
      });
    }
    expect(graph.get("flink-taskmanager").dependsOn).toEqual(["flink-jobmanager"]);
  });

  it("has tables that reach the services with their own group, exactly once, with the password", () => {
    expect(tableOf(graph, "filter", "cpu_in")).toMatchObject({
      "properties.bootstrap.servers": "127.0.0.1:29092",
      "properties.group.id": "test-filter",
    });
    expect(tableOf(graph, "filter", "cpu_load_stats_real_filter")).toMatchObject({
      "properties.bootstrap.servers": "127.0.0.1:29092",
      "sink.delivery-guarantee": "exactly-once",
      "sink.transactional-id-prefix": "test-filter",
      "properties.transaction.timeout.ms": "900000",
    });
    expect(tableOf(graph, "thresholdFilter", "cpu_thresholds")).toMatchObject({
      url: "jdbc:postgresql://127.0.0.1:25432/postgres?ApplicationName=test-thresholdFilter&connectTimeout=10&loginTimeout=10&socketTimeout=10&tcpKeepAlive=true&options=-c%20lock_timeout%3D8s%20-c%20statement_timeout%3D9s",
      username: "streaming",
      password: "generated-password",
      "table-name": expect.stringContaining(" FROM public.cpu_thresholds) AS thresholds"),
    });
  });

  it("starts the generator after the topic that it fills", () => {
    expect(graph.get("generator").dependsOn).toEqual(["cpu-cpu_load_stats_real"]);
  });

  it("keeps the password secret everywhere", () => {
    const holders = graph.resources.filter(({ inputs }) =>
      JSON.stringify(inputs).includes("generated-password"),
    );
    expect(holders.map(({ name, secrets }) => [name, secrets]).sort()).toEqual([
      ["cpu-alerts", ["tables"]],
      ["cpu-countOverThreshold", ["tables"]],
      ["cpu-cpu_load_stats_agg_pg", ["connection"]],
      ["cpu-notify", ["tables"]],
      ["cpu-silences", ["connection"]],
      ["cpu-thresholdFilter", ["tables"]],
      ["cpu-thresholds", ["connection"]],
      ["notifier-process", ["files"]],
      ["page-process", ["files"]],
      ["postgres-server", ["files"]],
    ]);
    for (const pipeline of pipelineNames) expect(graph.get(`cpu-${pipeline}`).secrets).toEqual(["tables"]);
    expect(graph.get("postgres-server").inputs.files).toEqual({
      password: { content: "generated-password", secret: true },
    });
  });

  it("outputs how to reach it, with the password as a secret", async () => {
    const outputs = Object.entries(graph.outputs);
    const secrets = await Promise.all(
      outputs.map(async ([key, value]) =>
        pulumi.Output.isInstance(value) && (await pulumi.isSecret(value)) ? [key] : [],
      ),
    );
    expect(secrets.flat()).toEqual(["postgres", "notifier", "page"]);
    const kafka = { bootstrapServers: "127.0.0.1:29092", security: { protocol: "PLAINTEXT" } };
    expect(await plainValues(graph.outputs)).toEqual({
      kafka,
      postgres: expect.objectContaining({ password: "generated-password" }),
      openSearch: { url: "http://127.0.0.1:9290" },
      flink: { webUrl: "http://127.0.0.1:28081", gatewayUrl: "http://127.0.0.1:28083" },
      generator: { kafka, options: expect.objectContaining({ topic: "cpu_load_stats_real", rate: 35 }) },
      notifier: {
        kafka,
        options: expect.objectContaining({
          alertsTopic: "cpu_alerts",
          silences: {
            postgres: expect.objectContaining({ password: "generated-password" }),
            table: "cpu_silences",
          },
        }),
      },
      page: {
        kafka,
        options: expect.objectContaining({
          stack: "test",
          port: 28080,
          readOnly: false,
          generator: true,
          flinkUrl: "http://127.0.0.1:28081",
          openSearch: { url: "http://127.0.0.1:9290" },
          notifierGroup: "test-notifier",
          pipelines: expect.objectContaining({
            // Its results are among those of the pipeline `alerts`.
            silent: expect.objectContaining({ output: { topic: "cpu_alerts" } }),
            heartbeat: expect.not.objectContaining({ output: expect.anything() }),
          }),
        }),
      },
      pageUrl: "http://127.0.0.1:28080",
      sourceTopic: "cpu_load_stats_real",
      sourceFormat: tutorialFormat,
      thresholdTable: "cpu_thresholds",
      silenceTable: "cpu_silences",
      results: Object.fromEntries(
        owners.flatMap((name) => {
          const { output } = pipelineOf(name);
          if (output === undefined) return [];
          return [[name, "topic" in output ? { topic: output.topic } : output]];
        }),
      ),
      logs: expect.stringMatching(/\/\.stacks\/test\/logs$/),
    });
  });
});

it("the program reports if its jars are not installed", async () => {
  vi.mocked(missingJars).mockReturnValueOnce(["kafka", "flink"]);
  await expect(ResourceGraph.of()).rejects.toThrow(
    "the jars of kafka and flink are not installed yet: run npm run setup first",
  );
});
