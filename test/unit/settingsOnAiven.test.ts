import { describe, expect, it } from "vitest";
import { pipelineNames } from "../../components/pipelines.ts";
import { readSettings, SettingsError } from "../../components/settings.ts";
import { PROJECT_NAME } from "../support/resourceGraph.ts";
import { stackFile } from "../support/stackFile.ts";
import { ON_EXISTING } from "./aiven/settings.ts";

/** The problems of a stack's file with some changes. */
async function problemsOf(stack: string, changes: Record<string, unknown> = {}): Promise<readonly string[]> {
  const settings = Object.entries({ ...(await stackFile(stack)), ...changes });
  const texts = settings.map(([key, value]) => [
    `${PROJECT_NAME}:${key}`,
    typeof value === "string" ? value : JSON.stringify(value),
  ]);
  try {
    readSettings(Object.fromEntries(texts), PROJECT_NAME);
    return [];
  } catch (error) {
    if (error instanceof SettingsError) return error.problems;
    throw error;
  }
}

it.each(["dev", "hybrid", "prod"])("the file of %s is valid after it is filled in", async (stack) => {
  expect(await problemsOf(stack)).toEqual([]);
});

describe("a stack on Aiven", () => {
  it.each([
    ["names its project", { "aiven.project": "" }, /^aiven\.project is empty, but services run on Aiven/],
    [
      "keeps two copies at least",
      { "kafka.replicationFactor": 1 },
      /^kafka\.replicationFactor is 1, but Aiven/,
    ],
    [
      "can write while one broker is away",
      { "kafka.minInsyncReplicas": 2 },
      /^kafka\.minInsyncReplicas is 2 of 2 copies .* set it to 1 or less/,
    ],
    [
      "has everything on Aiven that Flink on Aiven reads",
      { "postgres.runsOn": "local" },
      /^postgres\.runsOn is local, but flink\.runsOn is managed.* set postgres\.runsOn to aiven, or flink\.runsOn/,
    ],
    ["names the Flink that is there", { "flink.runsOn": "existing" }, /^flink\.service is empty/],
    [
      "has slots enough for its pipelines",
      { "flink.taskSlots": 1, "flink.parallelism": 2 },
      /^flink\.taskSlots is 1, which makes 3 task slots on 3 TaskManagers \(flink\.taskManagers\), but 14 pipelines of flink\.parallelism 2 need 28: set it to 10 or more/,
    ],
    [
      "has the token that the connector to Slack needs",
      { "slack.via": "connector", "slack.channel": "C0123456789" },
      /^slack\.via is connector, but slack\.token is not set: store it with npm run secret/,
    ],
    [
      "has other addresses in a VPC only",
      { "kafka.access": "public" },
      /^kafka\.access is public, but aiven\.vpc is empty: .* set aiven\.vpc, or kafka\.access to default$/,
    ],
    [
      "has a setting of its own for what it decides",
      { "postgres.userConfig": { pg_version: "16" } },
      /^postgres\.userConfig has pgVersion, which the stack decides: leave it out; set postgres\.version$/,
    ],
    [
      "does not change what exists",
      {
        "postgres.runsOn": "existing",
        "postgres.service": "my-pg",
        "postgres.userConfig": { pg: { max_connections: 200 } },
      },
      /^postgres\.userConfig is set, but postgres\.runsOn is existing, and the stack does not change that service/,
    ],
    [
      "decides itself who may reach it",
      { "kafka.userConfig": { ip_filter: ["0.0.0.0/0"] } },
      /^kafka\.userConfig has ipFilter, .*; set aiven\.allowedNetworks$/,
    ],
    [
      "decides itself who may reach it, however the setting is spelled",
      { "postgres.userConfig": { ipFilters: ["0.0.0.0/0"] } },
      /^postgres\.userConfig has ipFilters, .*; set aiven\.allowedNetworks$/,
    ],
    [
      "has only topics that are declared",
      { "kafka.userConfig": { kafka: { auto_create_topics_enable: true } } },
      /^kafka\.userConfig has kafka\.autoCreateTopicsEnable: true, but the stack needs false: leave it out$/,
    ],
    [
      "has only indexes with known fields",
      { "openSearch.userConfig": { opensearch: null } },
      /^openSearch\.userConfig has opensearch: null, but the stack needs \{"actionAutoCreateIndexEnabled":false\}: leave/,
    ],
    [
      "has the address that its clients use",
      {
        "aiven.vpc": "1a2b3c4d-5e6f-7a8b-9c0d-1e2f3a4b5c6d",
        "postgres.access": "public",
        "postgres.userConfig": { public_access: { pg: false, prometheus: true } },
      },
      /^postgres\.userConfig has publicAccess\.pg: false, but the stack needs true: leave it out$/,
    ],
    [
      "has the storage of Standard Kafka",
      { "kafka.type": "standard", "kafka.userConfig": { tiered_storage: { enabled: false } } },
      /^kafka\.userConfig has tieredStorage\.enabled: false, but the stack needs true: leave it out$/,
    ],
    [
      "names Slack's channel by its id for the connector",
      { "slack.via": "connector", "slack.channel": "#alerts", "slack.token": "xoxb-1" },
      /^slack\.channel is "#alerts", but slack\.via is connector, which takes the id/,
    ],
  ])("%s", async (_what, changes, problem) => {
    const problems = await problemsOf("dev", changes);
    expect(problems).toEqual([expect.stringMatching(problem)]);
  });

  it("may name what the stack sets if the value is the same, and what Classic Kafka does not need", async () => {
    const kafka = { kafka: { auto_create_topics_enable: false }, tiered_storage: { enabled: false } };
    expect(await problemsOf("dev", { "kafka.type": "classic", "kafka.userConfig": kafka })).toEqual([]);
  });

  it("may have Slack's connector post the alerts of any rule, and then needs the token", async () => {
    const connector = { "slack.via": "connector", "slack.channel": "C0123456789" };
    const rules = { "alerts.rules": ["silent", "learned"] };
    const token = { "slack.token": "xoxb-1" };
    expect(await problemsOf("dev", { ...connector, ...rules, ...token })).toEqual([]);
    expect(await problemsOf("dev", { ...connector, ...rules })).toEqual([
      expect.stringMatching(/^slack\.via is connector, but slack\.token is not/),
    ]);
  });

  it("needs as many slots as its pipelines take", async () => {
    const exact = { "flink.taskManagers": 1, "flink.taskSlots": pipelineNames.length };
    expect(await problemsOf("dev", exact)).toEqual([]);
    expect(await problemsOf("dev", { ...exact, "flink.taskSlots": pipelineNames.length - 1 })).toHaveLength(
      1,
    );
  });
});

describe("a Flink that Aiven does not run", () => {
  it.each([
    ["has no connector to Slack", { "slack.via": "connector" }, 1],
    ["starts from its own state", { startingSavepoint: { filter: "1" } }, 1],
    ["is named by its gateway and its web UI", { "flink.runsOn": "gateway" }, 2],
  ])("%s", async (_what, changes, count) => {
    const problems = await problemsOf("hybrid", {
      ...changes,
      "slack.channel": "C0123456789",
      "slack.token": "xoxb-1",
    });
    expect(problems).toHaveLength(count);
    for (const problem of problems) expect(problem).toMatch(/flink\.runsOn/);
  });

  it("on this machine has a single broker", async () => {
    const local = { "kafka.runsOn": "local", "kafka.replicationFactor": 2 };
    expect(await problemsOf("hybrid", local)).toEqual([
      "kafka.replicationFactor is 2, but Kafka on this machine is a single broker: set it to 1",
    ]);
  });
});

describe("a protected stack", () => {
  it.each([
    ["names its networks", { "aiven.allowedNetworks": [] }, /^aiven\.allowedNetworks is empty/],
    [
      "is not open to all",
      { "aiven.allowedNetworks": ["0.0.0.0/0"] },
      /has 0\.0\.0\.0\/0, which lets much of/,
    ],
    ["is not open to all of IPv6", { "aiven.allowedNetworks": ["::/0"] }, /has ::\/0, which lets much of/],
    ["is not open to half of it", { "aiven.allowedNetworks": ["0.0.0.0/1", "128.0.0.0/1"] }, /lets much of/],
    [
      "has standby nodes",
      { "postgres.plan": "startup-4" },
      /^postgres\.plan is startup-4, .*business or premium plan$/,
    ],
    [
      "has standby nodes in Kafka, which Standard Kafka always has",
      { "kafka.plan": "startup-2" },
      /^kafka\.plan is startup-2, .*: choose a business or premium plan, or set kafka\.type to standard$/,
    ],
    [
      "has no plan for developers",
      { "postgres.plan": "developer-1" },
      /^postgres\.plan is developer-1, .*business or premium/,
    ],
    [
      "keeps three copies",
      { "kafka.replicationFactor": 2, "kafka.minInsyncReplicas": 1 },
      /requires at least [23]/,
    ],
    [
      "writes two of them",
      { "kafka.minInsyncReplicas": 1 },
      /^kafka\.minInsyncReplicas is 1, .* requires at least 2/,
    ],
  ])("%s", async (_what, changes, problem) => {
    const problems = await problemsOf("prod", changes);
    expect(problems.length).toBeGreaterThan(0);
    for (const each of problems) expect(each).toMatch(problem);
  });

  it("needs no list of networks in a VPC without public addresses", async () => {
    const vpc = { "aiven.vpc": "1a2b3c4d-5e6f-7a8b-9c0d-1e2f3a4b5c6d", "aiven.allowedNetworks": [] };
    expect(await problemsOf("prod", vpc)).toEqual([]);
    const open = { "kafka.userConfig": { public_access: { kafka: true } } };
    for (const change of [{ "kafka.access": "public" }, open])
      expect(await problemsOf("prod", { ...vpc, ...change })).toEqual([
        expect.stringMatching(/^aiven\.allowedNetworks is empty/),
      ]);
  });

  it("needs no list of networks if it creates no service, because it does not change others", async () => {
    const existing = { "aiven.allowedNetworks": [], ...ON_EXISTING };
    expect(await problemsOf("prod", existing)).toEqual([]);
    for (const created of [{ "flink.runsOn": "managed" }, { "openSearch.runsOn": "aiven" }])
      expect(await problemsOf("prod", { ...existing, ...created })).toEqual([
        expect.stringMatching(/^aiven\.allowedNetworks is empty/),
      ]);
  });

  it("may be open to a private network of any size", async () => {
    const networks = ["203.0.113.7/32", "10.0.0.0/8", "2001:db8::/32"];
    expect(await problemsOf("prod", { "aiven.allowedNetworks": networks })).toEqual([]);
  });
});

describe("values", () => {
  it.each([
    [
      "aiven.allowedNetworks",
      [["203.0.113.0"], ["203.0.113.0/33"], ["a/8"], ["::/129"], "203.0.113.0/24", [1]],
    ],
    ["aiven.tags", [{ "1st": "x" }, { team: "a b" }, { team: 1 }, ["team"]]],
    ["aiven.prefix", ["Demo", "1demo", "a_b", "a".repeat(41)]],
    ["aiven.project", ["My Project", "-x"]],
    ["aiven.cloud", ["europe", ""]],
    [
      "flink.gatewayUrl",
      [
        "flink:8083",
        "ftp://flink",
        "http://flink:8083/path",
        "http://a:b@flink:8083",
        "http://flink:65536",
        "http://flink:0",
      ],
    ],
    ["flink.webUrl", ["http://user:password@flink:8081", "https://token@flink"]],
    ["flink.runsOn", ["aiven", "docker2", ""]],
    ["kafka.plan", ["Business 4", ""]],
    ["kafka.version", ["four", "4.x"]],
    ["aiven.vpc", ["my-vpc", "test-project/1a2b3c4d-5e6f-7a8b-9c0d-1e2f3a4b5c6d"]],
    [
      "aiven.maintenanceWindow",
      [{ day: "sunday" }, { day: "Sunday", time: "03:00:00" }, { day: "sunday", time: "3" }],
    ],
    ["kafka.staticIps", ["ips1", ["a b"]]],
    ["kafka.userConfig", [["a"], "a", { "a-b": 1 }]],
    [
      "startingSavepoint",
      [{ filtre: "1" }, { filter: "" }, { filter: 1 }, { filter: "a b" }, { filter: "a".repeat(2049) }],
    ],
  ])("of %s are wrong: %j", async (key, values) => {
    for (const value of values) {
      const problems = await problemsOf("dev", { [key]: value });
      expect([value, problems[0]]).toEqual([value, expect.stringContaining(`${key} is `)]);
    }
  });
});
