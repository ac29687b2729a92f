import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { plannedRules } from "../../../components/hosts/aiven/kafkaRules.ts";
import type { definitions } from "../../../components/hosts/aiven/settings.ts";
import { plannedUsers } from "../../../components/hosts/aiven/takenUsers.ts";
import type { HostContext } from "../../../components/hosts/host.ts";
import type { StateResource } from "../../../components/stateResources.ts";
import program from "../../../index.ts";
import { AivenStandIn } from "../../aiven/standIn.ts";
import { ResourceGraph } from "../../support/resourceGraph.ts";
import { hostsOf, ON_AIVEN, ON_EXISTING, settingsOf } from "./settings.ts";

vi.mock("../../../setup/jars.ts", async (original) => ({
  ...(await original<typeof import("../../../setup/jars.ts")>()),
  missingJars: () => [],
}));

/** Settings of a stack whose services all exist on Aiven already. */
const EXISTING = {
  ...ON_AIVEN,
  ...ON_EXISTING,
  "flink.runsOn": "existing",
  "flink.service": "company-flink",
};
const BY_PASSWORD = { kafka_authentication_methods: { certificate: true, sasl: true } };

type AivenContext = HostContext<typeof definitions>;

let api: AivenStandIn;
beforeAll(async () => {
  const nowhere = { host: "127.0.0.1", port: 1 };
  api = await AivenStandIn.start({
    backing: { pg: nowhere, opensearch: nowhere },
    services: [
      { name: "company-kafka", type: "kafka", plan: "business-4", userConfig: BY_PASSWORD },
      { name: "company-pg", type: "pg", plan: "startup-4" },
      { name: "company-search", type: "opensearch", plan: "startup-4" },
      { name: "company-flink", type: "flink", plan: "business-4", userConfig: { number_of_task_slots: 10 } },
      { name: "certificates-only", type: "kafka", plan: "business-4" },
    ],
  });
});
afterAll(() => api.close());
beforeEach(() => {
  for (const [name, value] of Object.entries(api.environment)) vi.stubEnv(name, value);
});
afterEach(() => void vi.unstubAllEnvs());

/** Without the preflight, which would contact PostgreSQL and OpenSearch. */
const graphOf = (settings: Record<string, unknown> = {}, preview = false) =>
  ResourceGraph.of({ ...EXISTING, ...settings }, "demo", preview, () => program({ checked: true }));
const MADE_BY = "made by the stack demo of streaming-anomaly-detection";
const SELF_RUN = { "flink.runsOn": "local", "openSearch.enabled": true };

describe("services that exist on Aiven", () => {
  it.each([false, true])("are not created, changed or deleted (preview: %s)", async (preview) => {
    for (const settings of [{}, SELF_RUN]) {
      const graph = await graphOf(settings, preview);
      for (const kind of ["Kafka", "Pg", "OpenSearch", "Flink"]) {
        expect(graph.resources.filter(({ type }) => new RegExp(`^aiven:.*:${kind}$`).test(type))).toEqual([]);
      }
      expect(graph.names("KafkaTopic")).toHaveLength(10);
      expect(graph.resources.filter(({ deletedWith }) => deletedWith.endsWith("-service"))).toEqual([]);
    }
  });

  it("get topics, users and rules with the stack's name", async () => {
    const graph = await graphOf();
    expect(graph.get("cpu-cpu_agg_stats-topic").inputs).toMatchObject({
      serviceName: "company-kafka",
      topicName: "demo-cpu_agg_stats",
    });
    const users = graph.names("KafkaUser").map((name) => graph.get(name).inputs.username);
    expect(users.sort()).toEqual(["demo-dashboard", "demo-generator", "demo-notifier"]);
    const rules = graph.names("KafkaAcl").map((name) => graph.get(name).inputs);
    expect(rules.every(({ topic }) => String(topic).startsWith("demo-cpu_"))).toBe(true);
    expect(rules).toContainEqual(
      expect.objectContaining({ username: "demo-notifier", topic: "demo-cpu_alerts", permission: "read" }),
    );
  });

  it("are read through another owner's topic, of which the stack owns only the rules", async () => {
    const graph = await graphOf({ "source.topic": "readings", "source.existing": true });
    expect(graph.names("KafkaTopic")).not.toContain("cpu-cpu_load_stats_real-topic");
    const rules = graph.names("KafkaAcl").map((name) => graph.get(name).inputs);
    const own = rules.filter(({ topic }) => topic === "readings");
    expect(own.map(({ username, permission }) => [username, permission])).toEqual([
      ["avnadmin", "read"],
      ["demo-dashboard", "read"],
    ]);
    expect(graph.names("KafkaUser")).not.toContain("kafka-generator");
    expect(graph.outputs).not.toHaveProperty("generator");
    const pipelines = ["filter", "heartbeat"];
    const named = await graphOf({ "source.topic": "readings", "source.existing": true, pipelines });
    expect(named.get("cpu-cpu_load_stats_real-flink").inputs).toMatchObject({
      topic: "readings",
      permission: "readwrite",
    });
  });

  it.each([
    ["is switched off", { "notifier.enabled": false }],
    ["has no alerts to read", { pipelines: ["thresholdFilter"] }],
  ])("get no user for a notifier that %s", async (_, settings) => {
    const graph = await graphOf(settings);
    expect(graph.names("PgUser")).toEqual(["postgres-owner"]);
    expect(graph.names("SchemaGrant")).toEqual([]);
  });

  it("get a schema that the administrator does not own", async () => {
    const graph = await graphOf();
    expect(graph.get("postgres-schema").inputs).toMatchObject({
      connection: { user: "avnadmin", database: "defaultdb" },
      schema: "demo",
      madeBy: MADE_BY,
      creators: ["demo-owner"],
    });
    expect(graph.names("SchemaGrant")).toEqual(["postgres-schema-notifier"]);
    expect(graph.get("postgres-schema-notifier").inputs).toMatchObject({
      connection: { user: "avnadmin" },
      schema: "demo",
      role: "demo-notifier",
    });
    const thresholds = graph.get("cpu-thresholds-table");
    expect(thresholds.inputs).toMatchObject({
      connection: { user: "demo-owner", password: "password of postgres-owner", database: "defaultdb" },
      table: "demo.cpu_thresholds",
      madeBy: MADE_BY,
    });
    expect(thresholds.secrets).toEqual(["connection"]);
    // Flink's integration is the administrator's.
    expect(graph.get("cpu-thresholds-flink").inputs).toMatchObject({
      role: "avnadmin",
      privileges: ["SELECT"],
    });
    expect(graph.get("cpu-silences-notifier").inputs).toMatchObject({
      table: "demo.cpu_silences",
      role: "demo-notifier",
      privileges: ["SELECT"],
    });
    const prepared = ["postgres-schema", "postgres-schema-notifier"];
    expect(graph.get("cpu-thresholds").dependsOn).toEqual(expect.arrayContaining(prepared));
  });

  it("get new users after aiven.credentials is increased, except for the owner of the tables", async () => {
    const graph = await graphOf({ ...SELF_RUN, "aiven.credentials": 2 });
    const users = graph.names("PgUser").map((name) => graph.get(name));
    const ignored = users.map(({ name, ignoreChanges }) => [name, ignoreChanges]);
    expect(ignored).toEqual([
      ["postgres-owner", ["username"]],
      ["postgres-flink", []],
      ["postgres-notifier", []],
    ]);
    expect(graph.get("postgres-schema-flink").inputs).toMatchObject({ role: "demo-flink-2" });
    expect(graph.get("cpu-thresholds-flink").inputs).toMatchObject({ role: "demo-flink-2" });
  });

  it("get a user and a rule for one index", async () => {
    const graph = await graphOf();
    expect(graph.get("openSearch-user").inputs).toMatchObject({ username: "demo-search" });
    expect(graph.get("openSearch-rule").inputs).toEqual({
      project: "test-project",
      serviceName: "company-search",
      index: "demo-cpu_load_stats_real_filter_os",
      username: "demo-search",
      permission: "admin",
    });
    const index = graph.get("cpu-cpu_load_stats_real_filter_os").inputs;
    expect(index).toMatchObject({ connection: { username: "avnadmin" }, madeBy: MADE_BY });
  });

  it("are integrated with Flink", async () => {
    const sources = (graph: ResourceGraph) =>
      graph.names("ServiceIntegration").map((name) => graph.get(name).inputs.sourceServiceName);
    expect(sources(await graphOf()).sort()).toEqual(["company-kafka", "company-pg", "company-search"]);
    expect(sources(await graphOf(SELF_RUN))).toEqual([]);
  });

  it("are reached by a self-managed Flink as the stack's users, in the stack's database", async () => {
    const graph = await graphOf({ ...SELF_RUN, "postgres.database": "anomalies" });
    expect(graph.get("postgres-database").inputs).toMatchObject({
      serviceName: "company-pg",
      databaseName: "anomalies",
    });
    const users = graph.names("SchemaGrant").map((name) => graph.get(name).inputs.role);
    expect(users).toEqual(["demo-flink", "demo-notifier"]);
    const tables = String(graph.get("cpu-countOverThreshold").inputs.tables);
    expect(tables).toContain("/anomalies?");
    expect(tables).toContain("'username' = 'demo-flink'");
    expect(tables).toContain('username="demo-flink"');
    expect(String(graph.get("cpu-search").inputs.tables)).toContain("'username' = 'demo-search'");
  });

  it.each<[string, Record<string, unknown>]>([
    ["Flink on Aiven", {}],
    ["a self-managed Flink", SELF_RUN],
    ["another owner's topic", { "source.topic": "readings", "source.existing": true }],
    ["no notifier", { ...SELF_RUN, "notifier.enabled": false }],
    ["pipelines that raise no alerts", { pipelines: ["filter", "heartbeat"] }],
    ["a second generation of users", { ...SELF_RUN, "aiven.credentials": 2, "names.prefix": "a.b-" }],
  ])("get, with %s, the users and rules that are checked before anything is created", async (_, settings) => {
    const graph = await graphOf(settings);
    const inputs = (kind: string) => graph.names(kind).map((name) => graph.get(name).inputs);
    const { used } = hostsOf(settingsOf({ ...EXISTING, ...settings }), "demo");
    const context = used.find(({ host }) => host.name === "aiven")?.context as AivenContext;
    const kinds = { kafka: "KafkaUser", postgres: "PgUser", openSearch: "OpensearchUser" } as const;
    for (const service of ["kafka", "postgres", "openSearch"] as const) {
      const created = inputs(kinds[service]).map(({ username }) => username);
      expect([...plannedUsers(context, service)].sort()).toEqual(created.sort());
    }
    const rules = inputs("KafkaAcl").map(({ username, topic, permission }) => ({
      username,
      topic,
      permission,
    }));
    expect(plannedRules(context)).toHaveLength(rules.length);
    expect(plannedRules(context)).toEqual(expect.arrayContaining(rules));
  });

  it("cost nothing extra", async () => {
    const prices = await hostsOf(settingsOf(EXISTING), "demo").prices();
    expect(prices.map(({ name, perHour }) => [name, perHour])).toEqual([
      ["company-kafka", 0],
      ["company-pg", 0],
      ["company-search", 0],
      ["company-flink", 0],
    ]);
  });
});

describe("settings of services that exist on Aiven", () => {
  it("must name them", () => {
    const nameless = { "kafka.service": "", "postgres.service": "", "openSearch.service": "" };
    expect(() => settingsOf({ ...EXISTING, ...nameless })).toThrow(`3 settings are wrong:
  - kafka.service is empty, but kafka.runsOn is existing: set it to the name of the service in the Aiven project
  - postgres.service is empty, but postgres.runsOn is existing: set it to the name of the service in the Aiven project
  - openSearch.service is empty, but openSearch.runsOn is existing: set it to the name of the service in the Aiven project`);
  });

  it("must not name a database that Flink on Aiven cannot reach", () => {
    expect(() => settingsOf({ ...EXISTING, "postgres.database": "anomalies" })).toThrow(
      "postgres.database is anomalies, but Flink on Aiven reaches only the database that every service has: leave it out",
    );
  });
});

const ONLY_KAFKA = {
  ...EXISTING,
  "flink.runsOn": "local",
  "postgres.runsOn": "local",
  "openSearch.runsOn": "local",
};

/** @param known what the engine's state contains */
const preflight = (settings: object, known: readonly StateResource[] = []) =>
  hostsOf(settingsOf({ ...ONLY_KAFKA, ...settings }), "demo", api.environment.AIVEN_TOKEN).preflight(
    undefined,
    async () => known,
  );

/** Lets others create something in the project. */
async function create(path: string, body: object): Promise<void> {
  const headers = {
    authorization: `aivenv1 ${api.environment.AIVEN_TOKEN}`,
    "content-type": "application/json",
  };
  const url = `${api.url}/v1/project/test-project/${path}`;
  const answer = await fetch(url, { method: "POST", headers, body: JSON.stringify(body) });
  expect(answer.status).toBe(200);
}

describe("before anything is created,", () => {
  it("a service that exists and has what is needed is accepted", async () => {
    await expect(preflight({})).resolves.toBeUndefined();
  });

  it("a service that is missing or of another type is named, with those that could be meant", async () => {
    await expect(preflight({ "kafka.service": "company-kafak" })).rejects.toThrow(
      "kafka.service is company-kafak, which does not exist; of type kafka the project test-project has company-kafka, certificates-only",
    );
    await expect(preflight({ "kafka.service": "company-pg" })).rejects.toThrow(
      "kafka.service is company-pg, which is a service of type pg;",
    );
  });

  it("a service that is powered off is named", async () => {
    const service = api.state.service("company-kafka");
    service.powered = false;
    await expect(preflight({})).rejects.toThrow(
      "kafka.service is company-kafka, which does not run (it is POWEROFF): power it on in Aiven's console",
    );
    service.powered = true;
  });

  it("a Kafka that accepts no passwords is named", async () => {
    await expect(preflight({ "kafka.service": "certificates-only" })).rejects.toThrow(
      "kafka.authentication is sasl, which certificates-only does not have on: set it to certificate, or turn on kafka_authentication_methods.sasl in Aiven's console",
    );
    const settings = { "kafka.service": "certificates-only", "kafka.authentication": "certificate" };
    await expect(preflight(settings)).resolves.toBeUndefined();
  });

  it("a Kafka that accepts no certificates is named", async () => {
    const service = api.state.service("company-kafka");
    service.userConfig = { kafka_authentication_methods: { certificate: false, sasl: true } };
    await expect(preflight({ "kafka.authentication": "certificate" })).rejects.toThrow(
      "kafka.authentication is certificate, which company-kafka does not have on: set it to sasl, or turn on kafka_authentication_methods.certificate in Aiven's console",
    );
    service.userConfig = BY_PASSWORD;
  });

  it.each(["public", "privatelink"])(
    "a Kafka without a %s address is named, with its own",
    async (access) => {
      await expect(preflight({ "kafka.access": access })).rejects.toThrow(
        `kafka.access is ${access}, but company-kafka has no such address (for clients that authenticate by sasl, it has default): set kafka.access to default, or turn on ${access}_access.kafka in Aiven's console`,
      );
    },
  );

  it("a Kafka with fewer nodes than replicas is named", async () => {
    await expect(preflight({ "kafka.replicationFactor": 4 })).rejects.toThrow(
      "kafka.replicationFactor is 4, but kafka.service company-kafka has only 3 nodes: set it to 3 or less, or set kafka.service to one with 4 or more",
    );
  });

  it("another owner's topic with one of the stack's names is named, and the stack's own is accepted", async () => {
    const topic = { topic_name: "demo-cpu_agg_stats", partitions: 1, replication: 2 };
    await create("service/company-kafka/topic", topic);
    await expect(preflight({})).rejects.toThrow(
      "the topic demo-cpu_agg_stats exists already, and was not created by this stack: set names.prefix to another prefix, or delete the topic (the service company-kafka)",
    );
    const inputs = { project: "test-project", serviceName: "company-kafka", topicName: "demo-cpu_agg_stats" };
    const own = { urn: "urn:own", type: "aiven:index/kafkaTopic:KafkaTopic", inputs };
    await expect(preflight({}, [own])).resolves.toBeUndefined();
    await expect(preflight({ "names.prefix": "other-" })).resolves.toBeUndefined();
  });

  it("another owner's topic must exist, and must not be the stack's own", async () => {
    const source = { "source.topic": "demo-cpu_agg_stats", "source.existing": true };
    await expect(preflight({ ...source, "source.topic": "readings" })).rejects.toThrow(
      "source.topic is readings, and source.existing is true, but that topic does not exist, or this login is not allowed to see it (the service company-kafka, which has demo-cpu_agg_stats): create it, set source.topic to one that is there, or leave source.existing out, so that the stack makes it",
    );
    await expect(preflight(source)).rejects.toThrow(
      "source.topic is demo-cpu_agg_stats, and source.existing is true, but the stack writes its own results to a topic of that name: set another",
    );
    const prefixed = { ...source, "names.prefix": "other-" };
    await expect(preflight(prefixed)).resolves.toBeUndefined();
    const inputs = { project: "test-project", serviceName: "company-kafka", topicName: "demo-cpu_agg_stats" };
    const own = { urn: "urn:own", type: "aiven:index/kafkaTopic:KafkaTopic", inputs };
    await expect(preflight(prefixed, [own])).rejects.toThrow(
      "but this stack has made the topic (the service company-kafka) and would delete it now, with its records: leave source.existing out, or set source.topic to a topic of others",
    );
  });

  it("a PostgreSQL and an OpenSearch that do not answer are named", async () => {
    const { "postgres.runsOn": _, "openSearch.runsOn": __, ...rest } = ONLY_KAFKA;
    const all = { ...rest, "postgres.runsOn": "existing", "openSearch.runsOn": "existing" };
    await expect(preflight(all)).rejects.toThrow(
      /PostgreSQL at 127\.0\.0\.1:1 does not answer[\s\S]*OpenSearch at https:\/\/127\.0\.0\.1:1 does not answer/,
    );
  });

  it("a database of others is named, even if the stack has one of that name in another service", async () => {
    const { "postgres.runsOn": _, ...rest } = ONLY_KAFKA;
    const settings = { ...rest, "postgres.runsOn": "existing", "postgres.database": "defaultdb" };
    const inputs = { project: "test-project", serviceName: "other-pg", databaseName: "defaultdb" };
    const elsewhere = { urn: "urn:own", type: "aiven:index/pgDatabase:PgDatabase", inputs };
    await expect(preflight(settings, [elsewhere])).rejects.toThrow(
      "postgres.database is defaultdb, which the service company-pg has already, and which was not created by this stack: set it to a name that is free, or leave it out",
    );
  });

  describe("users and rules of others", () => {
    const kafka = { project: "test-project", serviceName: "company-kafka" };
    const own = (kind: string, inputs: Record<string, unknown>) => ({
      urn: "urn:own",
      type: `aiven:index/x:${kind}`,
      inputs,
    });
    const service = () => api.state.service("company-kafka");
    beforeEach(() => service().topics.clear());
    afterEach(() => {
      for (const name of ["demo-generator", "demo-dashboard"]) service().users.delete(name);
      service().acl = [];
    });

    it("that have names of the stack's own are named, and the stack's own are accepted", async () => {
      const user = (username: string) => own("KafkaUser", { ...kafka, username });
      for (const username of ["demo-generator", "demo-dashboard", "another"])
        await create("service/company-kafka/user", { username });
      await expect(preflight({})).rejects.toThrow(
        "kafka.service is company-kafka, which already has the users demo-generator, demo-dashboard, not created by this stack: set names.prefix to another prefix, or delete them in Aiven's console if nobody needs them (company-kafka → Users)",
      );
      await expect(preflight({}, [user("demo-generator")])).rejects.toThrow("the user demo-dashboard, not");
      await expect(preflight({}, [user("demo-generator"), user("demo-dashboard")])).resolves.toBeUndefined();
      await expect(preflight({ "names.prefix": "other-" })).resolves.toBeUndefined();
    });

    it("that equal one of the stack's rules are named, and the stack's own are accepted", async () => {
      const rule = { username: "demo-dashboard", topic: "demo-cpu_trends", permission: "read" };
      await create("service/company-kafka/acl", rule);
      await create("service/company-kafka/acl", { ...rule, permission: "write" });
      await expect(preflight({})).rejects.toThrow(
        "kafka.service is company-kafka, which already has the rule demo-dashboard read demo-cpu_trends, not created by this stack, and Aiven allows no second one: delete it in Aiven's console if nobody needs it (company-kafka → ACL), or set another kafka.service",
      );
      await expect(preflight({}, [own("KafkaAcl", { ...kafka, ...rule })])).resolves.toBeUndefined();
      await expect(preflight({ "names.prefix": "other-" })).resolves.toBeUndefined();
    });
  });

  describe("in an existing Flink,", () => {
    const onlyFlink = {
      "flink.runsOn": "existing",
      "names.prefix": "flink-",
      "postgres.runsOn": "aiven",
      "openSearch.enabled": false,
      pipelines: ["filter", "aggregate"],
    };
    const place = { project: "test-project", serviceName: "company-flink" };
    const application = (name: string) => ({
      urn: `urn:${name}`,
      type: "aiven:index/flinkApplication:FlinkApplication",
      inputs: { ...place, name },
    });
    const integration = {
      urn: "urn:integration",
      type: "aiven:index/serviceIntegration:ServiceIntegration",
      inputs: {
        project: "test-project",
        integrationType: "flink",
        sourceServiceName: "company-kafka",
        destinationServiceName: "company-flink",
      },
    };
    it("applications of others with one of the stack's names are named, and the stack's own are accepted", async () => {
      await create("service/company-flink/flink/application", { name: "demo-filter" });
      await create("service/company-flink/flink/application", { name: "other-aggregate" });
      await expect(preflight(onlyFlink)).rejects.toThrow(
        "flink.service is company-flink, which already has the application demo-filter, not created by this stack: give the stack another name, set another flink.service, or delete what nobody needs in Aiven's console (company-flink → Applications)",
      );
      await expect(preflight(onlyFlink, [application("demo-filter")])).resolves.toBeUndefined();
      await expect(preflight({ ...onlyFlink, pipelines: ["aggregate"] })).resolves.toBeUndefined();
    });

    it("integrations of others with the same services are named, and the stack's own are accepted", async () => {
      const made = {
        integration_type: "flink",
        source_service: "company-kafka",
        dest_service: "company-flink",
      };
      await create("integration", made);
      const aggregate = { ...onlyFlink, pipelines: ["aggregate"] };
      await expect(preflight(aggregate)).rejects.toThrow(
        "kafka.service is company-kafka, which is integrated with flink.service company-flink already, but not by this stack, and Aiven allows only one: set another kafka.service or flink.service, or delete that integration in Aiven's console if nothing uses it",
      );
      await expect(preflight(aggregate, [integration])).resolves.toBeUndefined();
      const otherKafka = { "kafka.service": "certificates-only", "kafka.authentication": "certificate" };
      await expect(preflight({ ...aggregate, ...otherKafka })).resolves.toBeUndefined();
    });
  });
});
