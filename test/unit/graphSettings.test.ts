import { join } from "node:path";
import { describe, expect, it, vi } from "vitest";
import { projectDirectory } from "../../lib/paths.ts";
import type { ServerInputs } from "../../provider/process/serverInputs.ts";
import { ResourceGraph } from "../support/resourceGraph.ts";

vi.mock("../../setup/jars.ts", async (original) => ({
  ...(await original<typeof import("../../setup/jars.ts")>()),
  missingJars: () => [],
}));

const server = (graph: ResourceGraph, name: string) => graph.get(name).inputs as unknown as ServerInputs;
const file = (graph: ResourceGraph, name: string, path: string) => server(graph, name).files?.[path]?.content;

describe("a setting", () => {
  it("of a port reaches its server and everything that connects to it", async () => {
    const graph = await ResourceGraph.of({
      "kafka.port": 31001,
      "kafka.controllerPort": 31002,
      "postgres.port": 31003,
      "flink.webPort": 31004,
      "flink.rpcPort": 31005,
      "flink.gatewayPort": 31006,
      "openSearch.port": 9211,
      "openSearch.transportPort": 31008,
    });
    const broker = server(graph, "kafka-broker");
    expect(broker.ports).toEqual({ "kafka.port": 31001, "kafka.controllerPort": 31002 });
    expect(broker.readiness).toEqual({ tcp: 31001 });
    expect(file(graph, "kafka-broker", "server.properties")).toContain(
      "listeners=PLAINTEXT://127.0.0.1:31001,CONTROLLER://127.0.0.1:31002\n",
    );
    const postgres = server(graph, "postgres-server");
    expect([postgres.ports, postgres.readiness]).toEqual([{ "postgres.port": 31003 }, { tcp: 31003 }]);
    expect(postgres.command).toContain("port=31003");
    expect(server(graph, "flink-jobmanager").ports).toEqual({
      "flink.webPort": 31004,
      "flink.rpcPort": 31005,
    });
    expect(server(graph, "flink-sql-gateway").ports).toEqual({ "flink.gatewayPort": 31006 });
    const openSearch = server(graph, "openSearch-node");
    expect(openSearch.ports).toEqual({ "openSearch.port": 9211, "openSearch.transportPort": 31008 });
    // The runner listens on the port after the given one.
    expect(openSearch.command.join(" ")).toContain(" -baseHttpPort 9210 ");
    expect(openSearch.readiness.http).toContain("http://127.0.0.1:9211/");
    expect(file(graph, "openSearch-node", "config/opensearch.yml")).toMatch(/^transport\.port: 31008$/m);
    for (const name of ["flink-jobmanager", "flink-taskmanager", "flink-sql-gateway"]) {
      expect(file(graph, name, "config.yaml")).toMatch(
        /^jobmanager\.rpc\.port: 31005$.*^rest\.port: 31004$.*^sql-gateway\.endpoint\.rest\.port: 31006$/ms,
      );
    }

    const job = graph.get("cpu-thresholdFilter").inputs;
    expect(job).toMatchObject({
      gatewayUrl: "http://127.0.0.1:31006",
      jobManagerUrl: "http://127.0.0.1:31004",
    });
    expect(String(job.tables)).toContain("jdbc:postgresql://127.0.0.1:31003/postgres?");
    expect(String(job.tables)).toContain("'properties.bootstrap.servers' = '127.0.0.1:31001'");
    expect(graph.get("cpu-cpu_agg_stats").inputs.connection).toMatchObject({
      bootstrapServers: "127.0.0.1:31001",
    });
    expect(graph.get("cpu-thresholds").inputs.connection).toMatchObject({ port: 31003 });
    expect(file(graph, "generator-process", "config.json")).toContain('"bootstrapServers":"127.0.0.1:31001"');
    expect(JSON.stringify(graph.resources)).not.toMatch(/2909[23]|25432|9290|29300|28081|26123|28083/);
  });

  it("disables the generator", async () => {
    const graph = await ResourceGraph.of({ "generator.enabled": false });
    expect(graph.resources.filter(({ name }) => name.startsWith("generator"))).toEqual([]);
    expect(graph.names("SqlJob")).not.toEqual([]);
  });

  it("disables OpenSearch", async () => {
    const graph = await ResourceGraph.of({ "openSearch.enabled": false, pipelines: ["filter"] });
    expect(graph.resources.filter(({ name }) => name.startsWith("openSearch"))).toEqual([]);
    expect(graph.outputs).not.toHaveProperty("openSearch");
  });

  it("of the generator reaches its configuration", async () => {
    const graph = await ResourceGraph.of({
      "generator.rate": 7,
      "generator.seed": 8,
      "generator.backfillMinutes": 9,
    });
    const config = JSON.parse(file(graph, "generator-process", "config.json") ?? "");
    expect(config.options).toMatchObject({ topic: "cpu_load_stats_real", rate: 7, seed: 8, backfill: "9m" });
  });

  it("of one pipeline leaves only its topics and its job", async () => {
    const graph = await ResourceGraph.of({ pipelines: ["aggregate"] });
    expect(graph.names("Topic").sort()).toEqual(["cpu-cpu_agg_stats", "cpu-cpu_load_stats_real"]);
    expect(graph.names("SqlJob")).toEqual(["cpu-aggregate"]);
    expect(graph.outputs.results).toEqual({ aggregate: { topic: "cpu_agg_stats" } });
  });

  it("of a number appears in the SQL that names it", async () => {
    const graph = await ResourceGraph.of({ "trend.windows": 5 });
    expect(graph.get("cpu-trend").inputs.statement).toContain("LAG(usage_avg, 4)");
  });

  it("disables the notifier", async () => {
    for (const settings of [{ "notifier.enabled": false }, { pipelines: ["aggregate"] }]) {
      const graph = await ResourceGraph.of(settings);
      expect(graph.resources.filter(({ name }) => name.startsWith("notifier"))).toEqual([]);
    }
  });

  it("of Slack reaches the notifier, the token as a secret in a file that only its owner can read", async () => {
    const graph = await ResourceGraph.of({
      "slack.channel": "#alerts",
      "slack.token": "xoxb-very-secret",
      "slack.interval": "2s",
    });
    const notifier = graph.get("notifier-process");
    expect(notifier.secrets).toEqual(["files"]);
    expect(server(graph, "notifier-process").files?.["config.json"]?.secret).toBe(true);
    expect(JSON.parse(file(graph, "notifier-process", "config.json") ?? "").options).toMatchObject({
      channel: "#alerts",
      token: "xoxb-very-secret",
      interval: "2s",
      groupId: "test-notifier",
    });
    const holders = graph.resources.filter(({ inputs }) => JSON.stringify(inputs).includes("very-secret"));
    expect(holders.map(({ name }) => name)).toEqual(["notifier-process"]);
    expect(JSON.stringify(server(graph, "notifier-process").command)).not.toContain("very-secret");
  });

  it("of a webhook reaches the notifier as secrets", async () => {
    const graph = await ResourceGraph.of({
      "webhook.url": "https://example.org/very-secret",
      "webhook.bearerToken": "very-secret-token",
      "webhook.headers": '{"X-Key":"very-secret-key"}',
    });
    expect(JSON.parse(file(graph, "notifier-process", "config.json") ?? "").options).toMatchObject({
      webhookUrl: "https://example.org/very-secret",
      webhookToken: "very-secret-token",
      webhookHeaders: { "X-Key": "very-secret-key" },
      stack: "test",
    });
    const holders = graph.resources.filter(({ inputs }) => JSON.stringify(inputs).includes("very-secret"));
    expect(holders.map(({ name, secrets }) => [name, secrets])).toEqual([["notifier-process", ["files"]]]);
  });

  it("of a fresh start reaches the pipelines that it names", async () => {
    const graph = await ResourceGraph.of({ freshStart: ["aggregate"] });
    const fresh = graph.names("SqlJob").filter((name) => graph.get(name).inputs.freshStart === true);
    expect(fresh).toEqual(["cpu-aggregate"]);
  });

  it("gives every job the stack's id and lets only trend discard its state", async () => {
    const graph = await ResourceGraph.of();
    const jobs = graph.names("SqlJob").map((name) => graph.get(name));
    expect(new Set(jobs.map(({ inputs }) => inputs.owner))).toEqual(new Set(["of this stack only"]));
    const disposable = jobs.filter(({ inputs }) => inputs.disposableState === true);
    expect(disposable.map(({ name }) => name)).toEqual(["cpu-trend"]);
  });

  it("lets the pipeline whose first result npm start shows start before the others", async () => {
    const graph = await ResourceGraph.of();
    const first = graph.names("SqlJob").filter((name) => graph.get(name).inputs.startsFirst === true);
    expect(first).toEqual(["cpu-filter"]);
  });

  it("lets jobs that remember silent CPUs keep their state for that long, and the others for 90 minutes", async () => {
    const graph = await ResourceGraph.of({ "learned.forgetAfter": "2.5d" });
    const kept = graph.names("SqlJob").map((name) => {
      const { settings } = graph.get(name).inputs as { settings: Record<string, string> };
      return [name, settings["table.exec.state.ttl"]];
    });
    const long = ["cpu-alerts", "cpu-expect", "cpu-learned", "cpu-silent"];
    expect(kept.flatMap(([name, ttl]) => (ttl === "216000000 ms" ? [name] : [])).sort()).toEqual(long);
    expect(new Set(kept.map(([, ttl]) => ttl))).toEqual(new Set(["216000000 ms", "5400000 ms"]));
  });

  it("of rules leaves out the pipelines of other rules", async () => {
    const graph = await ResourceGraph.of({ "alerts.rules": ["silent"] });
    const jobs = graph.names("SqlJob");
    expect(jobs).toContain("cpu-silent");
    expect(jobs).not.toContain("cpu-alerts");
    expect(jobs).not.toContain("cpu-learned");
    expect(graph.names("Topic")).toContain("cpu-cpu_alerts");
  });

  it("makes failed jobs restart after increasing pauses of at most half a minute", async () => {
    const config = file(await ResourceGraph.of(), "flink-jobmanager", "config.yaml");
    expect(config).toContain('restart-strategy.type: "exponential-delay"\n');
    expect(config).toContain('restart-strategy.exponential-delay.initial-backoff: "1 s"\n');
    expect(config).toContain('restart-strategy.exponential-delay.max-backoff: "15 s"\n');
  });

  it("makes a TaskManager miss its JobManager after 12 s of silence, and a JobManager its TaskManager after 20", async () => {
    const graph = await ResourceGraph.of();
    expect(file(graph, "flink-taskmanager", "config.yaml")).toContain("heartbeat.timeout: 12000\n");
    expect(file(graph, "flink-jobmanager", "config.yaml")).toContain("heartbeat.timeout: 20000\n");
  });

  it("fences a broker at once after it has died, but not because it stood still for minutes", async () => {
    const graph = await ResourceGraph.of();
    const sessionIn = (name: string) =>
      /^broker\.session\.timeout\.ms=(.*)$/m.exec(file(graph, "kafka-broker", name) ?? "")?.[1];
    expect(sessionIn("server.properties")).toBe("600000");
    expect(sessionIn("controller.properties")).toBe("100");
  });

  it("of topics, thresholds and Flink reaches them", async () => {
    const graph = await ResourceGraph.of({
      "kafka.partitions": 6,
      "kafka.retentionHours": 2,
      thresholds: { "web-1": 55 },
      "flink.parallelism": 2,
      "flink.checkpointIntervalMs": 500,
    });
    expect(graph.get("cpu-cpu_agg_stats").inputs).toMatchObject({
      partitions: 6,
      config: { "retention.ms": "7200000", "message.timestamp.type": "LogAppendTime" },
    });
    // Silenced alerts are remembered for as long as Kafka has their rows.
    const alertsOf = ({ inputs }: { inputs: Record<string, unknown> }) =>
      Object(inputs.config)["retention.ms"];
    expect(alertsOf(graph.get("cpu-cpu_alerts"))).toBe("2592000000");
    const longer = await ResourceGraph.of({ "kafka.retentionHours": 1_000 });
    expect(alertsOf(longer.get("cpu-cpu_alerts"))).toBe("3600000000");
    expect(graph.get("cpu-thresholds").inputs.rows).toEqual({ "web-1": 55 });
    expect(graph.get("cpu-filter").inputs.parallelism).toBe(2);
    const config = file(graph, "flink-taskmanager", "config.yaml");
    expect(config).toContain('execution.checkpointing.interval: "500 ms"\n');
    expect(config).toContain("taskmanager.numberOfTaskSlots: 32\n");
    // 8 MB of managed memory per slot, without which windows do not start.
    expect(config).toContain('taskmanager.memory.managed.size: "256m"\n');
  });

  it.each([
    [{}, "-Xmx256m", 50],
    [{ "flink.checkpointIntervalMs": 950 }, "-Xmx384m", 50],
    [{ "flink.parallelism": 4 }, "-Xmx512m", 65],
    [{ "flink.parallelism": 16, "flink.checkpointIntervalMs": 500 }, "-Xmx2176m", 125],
  ])(
    "of Flink's size give Kafka a heap for its transactions and PostgreSQL its connections: %j",
    async (settings, heap, connections) => {
      const graph = await ResourceGraph.of(settings);
      expect(server(graph, "kafka-broker").command).toContain(heap);
      expect(server(graph, "postgres-server").command).toContain(`max_connections=${connections}`);
    },
  );

  it.each([
    [1_000, "5000 ms"],
    [100, "500 ms"],
    [20_000, "60000 ms"],
    [300_000, "300000 ms"],
  ])(
    "of an interval of %i ms never let a transaction come near its time-out of 15 minutes",
    async (interval, unhurried) => {
      const graph = await ResourceGraph.of({ "flink.checkpointIntervalMs": interval });
      expect(graph.get("cpu-silent").inputs.settings).toMatchObject({
        "execution.checkpointing.interval": unhurried,
      });
    },
  );

  it("of the folder moves data and logs, with a folder for each stack below it", async () => {
    const relative = await ResourceGraph.of({ directory: "elsewhere" }, "blue");
    const below = join(projectDirectory, "elsewhere/blue");
    expect(server(relative, "kafka-broker")).toMatchObject({
      directory: `${below}/kafka`,
      logFile: `${below}/logs/kafka.log`,
    });
    expect(relative.get("cpu-filter").inputs).toMatchObject({
      job: "blue-filter",
      checkpointDirectory: `${below}/flink-jobmanager/storage/checkpoints`,
    });
    const absolute = await ResourceGraph.of({ directory: "/var/stacks" }, "blue");
    expect(server(absolute, "kafka-broker").directory).toBe("/var/stacks/blue/kafka");
    const directories = absolute.names("Server").map((name) => server(absolute, name).directory);
    expect(new Set(directories).size).toBe(directories.length);
  });

  it("that is wrong causes an error with all wrong settings", async () => {
    await expect(ResourceGraph.of({ "kafka.port": 1, pipelines: [] })).rejects.toThrow(
      /^2 settings are wrong:/,
    );
  });
});

describe("every server", () => {
  it("listens on this machine only", async () => {
    const graph = await ResourceGraph.of();
    const text = JSON.stringify(graph.names("Server").map((name) => graph.get(name).inputs));
    expect(text).not.toMatch(/0\.0\.0\.0|\[::\]|:\/\/:/);
    expect(server(graph, "postgres-server").command).toContain("listen_addresses=127.0.0.1");
    expect(file(graph, "openSearch-node", "config/opensearch.yml")).toContain("network.host: 127.0.0.1\n");
    const config = file(graph, "flink-jobmanager", "config.yaml") ?? "";
    for (const key of ["jobmanager.bind-host", "taskmanager.bind-host", "rest.bind-address"]) {
      expect(config).toContain(`${key}: "127.0.0.1"\n`);
    }
    expect(config).toContain('sql-gateway.endpoint.rest.bind-address: "127.0.0.1"\n');
    expect(config).toContain("web.submit.enable: false\n");
  });
});
