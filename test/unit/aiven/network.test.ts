import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { SettingsError } from "../../../components/settings.ts";
import { AivenStandIn } from "../../aiven/standIn.ts";
import { ResourceGraph } from "../../support/resourceGraph.ts";
import { hostsOf, ON_AIVEN, settingsOf } from "./settings.ts";

const VPC = "1a2b3c4d-5e6f-7a8b-9c0d-1e2f3a4b5c6d";
const OTHER_VPC = "2a2b3c4d-5e6f-7a8b-9c0d-1e2f3a4b5c6d";
const NEW_VPC = "3a2b3c4d-5e6f-7a8b-9c0d-1e2f3a4b5c6d";

let aiven: AivenStandIn;
beforeAll(async () => {
  aiven = await AivenStandIn.start({
    vpcs: [
      { id: VPC, cloud: "google-europe-west1" },
      { id: OTHER_VPC, cloud: "aws-eu-west-1" },
      { id: NEW_VPC, cloud: "google-europe-west1", state: "APPROVED" },
    ],
    staticIps: ["ips1", "ips2"],
  });
  for (const [name, value] of Object.entries(aiven.environment)) vi.stubEnv(name, value);
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await aiven.close();
});

const SERVICES = ["kafka", "postgres", "openSearch", "flink"];
const graphOf = (settings: Record<string, unknown>, preview = false) =>
  ResourceGraph.of({ ...ON_AIVEN, ...settings }, "dev", preview);
/** The inputs of each service. */
const inputsOf = (graph: ResourceGraph) =>
  Object.fromEntries(SERVICES.map((service) => [service, graph.get(`${service}-service`).inputs]));

async function problemsOf(settings: Record<string, unknown>): Promise<readonly string[]> {
  try {
    await hostsOf(settingsOf({ ...ON_AIVEN, ...settings }), "dev", "test-token").preflight();
    return [];
  } catch (error) {
    if (error instanceof SettingsError) return error.problems;
    throw error;
  }
}

describe.each([false, true])("services on Aiven (a preview: %s)", (preview) => {
  it("are in no VPC and have no additional disk and Aiven's maintenance window unless set", async () => {
    for (const inputs of Object.values(inputsOf(await graphOf({}, preview)))) {
      const optional = [
        "projectVpcId",
        "maintenanceWindowDow",
        "maintenanceWindowTime",
        "additionalDiskSpace",
        "staticIps",
      ];
      for (const key of optional) expect(inputs).not.toHaveProperty(key);
    }
  });

  it("are in the VPC and the maintenance window of the settings", async () => {
    const settings = {
      "aiven.vpc": VPC,
      "aiven.maintenanceWindow": { day: "sunday", time: "03:30:00" },
    };
    for (const inputs of Object.values(inputsOf(await graphOf(settings, preview)))) {
      expect(inputs).toMatchObject({
        projectVpcId: `test-project/${VPC}`,
        maintenanceWindowDow: "sunday",
        maintenanceWindowTime: "03:30:00",
      });
    }
  });

  it("have additional disk and static IP addresses", async () => {
    const graph = await graphOf(
      { "postgres.additionalDiskGb": 30, "openSearch.staticIps": ["ips1", "ips2"] },
      preview,
    );
    const { kafka, postgres, openSearch } = inputsOf(graph);
    expect(postgres?.additionalDiskSpace).toBe("30GiB");
    expect(openSearch).toMatchObject({
      staticIps: ["ips1", "ips2"],
      opensearchUserConfig: { staticIps: true },
    });
    expect(kafka).not.toHaveProperty("staticIps");
    expect(openSearch).not.toHaveProperty("additionalDiskSpace");
  });

  it("have the user's own settings, in Aiven's notation or Pulumi's, in addition to the stack's", async () => {
    const graph = await graphOf(
      {
        "kafka.userConfig": { kafka: { group_max_session_timeout_ms: 70000, autoCreateTopicsEnable: false } },
        "postgres.userConfig": {
          pg: { maxConnections: 200, "pg_stat_statements.track": "all", "pg_partman_bgw.interval": 3600 },
          backup_hour: 3,
        },
        "openSearch.userConfig": { opensearch: { http_max_content_length: 100 } },
        "flink.userConfig": { pekko_ask_timeout_s: 30 },
      },
      preview,
    );
    const { kafka, postgres, openSearch, flink } = inputsOf(graph);
    expect(kafka?.kafkaUserConfig).toMatchObject({
      kafkaVersion: "4.1",
      kafka: { groupMaxSessionTimeoutMs: 70000, autoCreateTopicsEnable: false },
    });
    expect(postgres?.pgUserConfig).toEqual({
      pgVersion: "17",
      pg: { maxConnections: 200, pgStatStatementsDotTrack: "all", pgPartmanBgwDotInterval: 3600 },
      backupHour: 3,
    });
    expect(openSearch?.opensearchUserConfig).toMatchObject({
      opensearch: { actionAutoCreateIndexEnabled: false, httpMaxContentLength: 100 },
    });
    expect(flink?.flinkUserConfig).toMatchObject({ flinkVersion: "1.20", pekkoAskTimeoutS: 30 });
  });

  it.each(["public", "privatelink"])("have a %s address besides the one in their VPC", async (access) => {
    const settings = Object.fromEntries(
      ["kafka", "postgres", "openSearch"].map((service) => [`${service}.access`, access]),
    );
    const graph = await graphOf({ "aiven.vpc": VPC, ...settings }, preview);
    const { kafka, postgres, openSearch } = inputsOf(graph);
    expect(kafka?.kafkaUserConfig).toMatchObject({ [`${access}Access`]: { kafka: true } });
    expect(postgres?.pgUserConfig).toMatchObject({ [`${access}Access`]: { pg: true } });
    expect(openSearch?.opensearchUserConfig).toMatchObject({ [`${access}Access`]: { opensearch: true } });
    if (preview) return;
    const { connection } = graph.get("cpu-thresholds-table").inputs;
    expect(connection).toMatchObject({ host: `${access}-pg.example.org` });
    const index = graph.get("cpu-cpu_load_stats_real_filter_os").inputs;
    expect(Object(index.connection).url).toMatch(`https://${access}-opensearch.example.org:`);
  });

  it("tag the topics", async () => {
    const graph = await graphOf({ "kafka.topicTags": { team: "platform" } }, preview);
    for (const name of graph.names("KafkaTopic")) {
      expect(graph.get(name).inputs.tags).toEqual([{ key: "team", value: "platform" }]);
    }
    const [topic = ""] = (await graphOf({}, preview)).names("KafkaTopic");
    expect(topic).not.toBe("");
    expect((await graphOf({}, preview)).get(topic).inputs).not.toHaveProperty("tags");
  });
});

describe("a preview of a change that gives a service on Aiven another address", () => {
  const address = (component: string) => ({
    component,
    route: "dynamic",
    host: "former.example.org",
    port: 1,
  });
  const service = {
    serviceHost: "former.example.org",
    servicePort: 1,
    serviceUsername: "avnadmin",
    servicePassword: "secret",
  };
  const user = { password: "secret", accessCert: "certificate", accessKey: "key" };
  const FORMER = {
    "aiven:index/kafka:Kafka": {
      ...service,
      components: [{ ...address("kafka"), kafkaAuthenticationMethod: "certificate" }],
    },
    "aiven:index/pg:Pg": { ...service, components: [address("pg")] },
    "aiven:index/openSearch:OpenSearch": { ...service, components: [address("opensearch")] },
    "aiven:index/kafkaUser:KafkaUser": user,
  };
  const preview = (settings: Record<string, unknown>) =>
    ResourceGraph.of({ ...ON_AIVEN, ...settings }, "dev", FORMER);
  const isKnown = (output: unknown) => (output as { readonly isKnown: Promise<boolean> }).isKnown;

  it.each([
    ["postgres", { "postgres.access": "public" }],
    ["openSearch", { "openSearch.access": "public" }],
    ["kafka", { "kafka.access": "public" }],
    ["kafka", { "kafka.authentication": "sasl" }],
  ])("shows that of %s as unknown (%o)", async (changed, settings) => {
    const byCertificate = { "aiven.vpc": VPC, "kafka.authentication": "certificate" };
    const { outputs } = await preview({ ...byCertificate, ...settings });
    for (const name of ["kafka", "postgres", "openSearch"]) {
      expect([name, await isKnown(outputs[name])]).toEqual([name, name !== changed]);
    }
  });
});

describe("before anything is created on Aiven, a setting is refused", () => {
  it.each([
    [
      "a VPC that is not there",
      { "aiven.vpc": VPC.replace("1a", "9a") },
      /^aiven\.vpc is 9a2b.*, which the project test-project does not have; there are 1a2b\S+ \(google-europe-west1\), 2a2b/,
    ],
    [
      "a VPC in another cloud",
      { "aiven.vpc": OTHER_VPC },
      /which is in the cloud aws-eu-west-1, but aiven\.cloud is google-europe-west1$/,
    ],
    [
      "a VPC that is not ready",
      { "aiven.vpc": NEW_VPC },
      /which is not ready \(it is APPROVED\): wait until/,
    ],
    [
      "a static IP address that is not there",
      { "openSearch.staticIps": ["ips1", "ips9"] },
      /^openSearch\.staticIps has ips9, which the project does not have; there are ips1, ips2/,
    ],
    [
      "fewer static IP addresses than the nodes need",
      { "openSearch.staticIps": ["ips1"] },
      /^openSearch\.staticIps has 1 addresses, but the plan startup-4 has 1 nodes, which need 2$/,
    ],
    [
      "a disk that is not a multiple of the plan's step",
      { "postgres.additionalDiskGb": 40 },
      /^postgres\.additionalDiskGb is 40, but the plan startup-4 takes multiples of 30 up to 160$/,
    ],
    [
      "further disk of Standard Kafka",
      { "kafka.type": "standard", "kafka.additionalDiskGb": 30 },
      /^kafka\.additionalDiskGb is 30, but Standard Kafka keeps records in object storage/,
    ],
  ])("%s", async (_what, settings, problem) => {
    expect(await problemsOf(settings)).toEqual([expect.stringMatching(problem)]);
  });

  it("that fits is not", async () => {
    const settings = {
      "aiven.vpc": VPC,
      "openSearch.staticIps": ["ips1", "ips2"],
      "postgres.additionalDiskGb": 60,
      "kafka.access": "public",
    };
    expect(await problemsOf(settings)).toEqual([]);
    expect(aiven.unknownRoutes).toEqual([]);
  });
});
