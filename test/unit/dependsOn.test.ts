import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { servicesOf } from "../../components/hosts/services.ts";
import { pipelineSql } from "../../components/pipelineSql.ts";
import { Password } from "../../provider/sdk.ts";
import { AivenStandIn } from "../aiven/standIn.ts";
import { ResourceGraph } from "../support/resourceGraph.ts";
import { withoutEngine } from "../support/withoutEngine.ts";
import { hostsOf, ON_AIVEN, settingsOf } from "./aiven/settings.ts";

vi.mock("../../setup/jars.ts", async (original) => ({
  ...(await original<typeof import("../../setup/jars.ts")>()),
  missingJars: () => [],
}));

withoutEngine();

let api: AivenStandIn;
beforeAll(async () => {
  api = await AivenStandIn.start();
  for (const [name, value] of Object.entries(api.environment)) vi.stubEnv(name, value);
});
afterAll(() => api.close());

const docker = Object.fromEntries(
  ["kafka", "postgres", "openSearch", "flink"].map((service) => [`${service}.runsOn`, "docker"]),
);
const gateway = {
  "flink.runsOn": "gateway",
  "flink.gatewayUrl": "http://flink.example.org:8083",
  "flink.webUrl": "http://flink.example.org:8081",
};

/** Everything that can be requested from a host, each requested after the resource `first`. */
async function askedAfterAnother(settings: Record<string, unknown>): Promise<ResourceGraph> {
  return ResourceGraph.of(settings, "test", false, async () => {
    const hosts = hostsOf(settingsOf(settings), "test", api.environment.AIVEN_TOKEN);
    const { kafka, postgres, openSearch, flink } = await servicesOf(hosts);
    const opts = { dependsOn: new Password("first") };
    kafka.createTopic("topic", { topic: "a_topic", writers: [], readers: [] }, opts);
    const keeping = {
      replace: false,
      replaceSetting: "",
      grants: { flink: ["SELECT"], notifier: ["SELECT"] },
    } as const;
    const ddl = "CREATE TABLE a_table (a int)";
    postgres.createTable("table", { table: "a_table", ddl, ...keeping }, opts);
    const thresholds = { table: "limits", ddl: "CREATE TABLE limits (hostname text)", rows: {}, ...keeping };
    postgres.createThresholdTable("limits", thresholds, opts);
    const body = { settings: {}, mappings: {} };
    openSearch?.createIndexTemplate("index", { template: "index", index: "index", body }, opts);
    const pipeline = {
      pipeline: "filter",
      group: "test-filter",
      ...pipelineSql("filter", {}),
      kafka,
      postgres,
    };
    flink.runPipeline("job", pipeline, opts);
    return {};
  });
}

/** What must depend on the host's own servers, by name. */
const ON_OWN_SERVERS = {
  topic: ["kafka-broker"],
  table: ["postgres-server"],
  limits: ["postgres-server"],
  index: ["openSearch-node"],
  job: ["flink-sql-gateway", "flink-taskmanager"],
};
const ON_AIVEN_ITSELF = {
  topic: [],
  table: [],
  limits: [],
  index: ["openSearch-service"],
  "job-application": [],
  "job-version": [],
  "job-deployment": [],
};

describe("what a host is asked to create after another resource", () => {
  it.each<[string, Record<string, unknown>, Record<string, string[]>]>([
    ["this machine", {}, ON_OWN_SERVERS],
    ["Docker", docker, ON_OWN_SERVERS],
    ["a Flink that is there already", gateway, { job: [] }],
    ["Aiven", ON_AIVEN, ON_AIVEN_ITSELF],
  ])("depends on that resource and on the host's own servers, on %s", async (_host, settings, servers) => {
    const graph = await askedAfterAnother(settings);
    const found = Object.keys(servers).map((name) => [name, graph.get(name).dependsOn]);
    const expected = Object.entries(servers).map(([name, own]) => [
      name,
      expect.arrayContaining(["first", ...own]),
    ]);
    expect(found).toEqual(expected);
  });
});
