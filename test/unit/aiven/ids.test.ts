import { beforeEach, expect, it, vi } from "vitest";
import { aivenIdOf } from "../../../components/hosts/aiven/ids.ts";
import { done, useStandIn } from "../aivenStandIn/standInCalls.ts";

/*
 * The forms of ids are those under which the real provider reads the resources: "test/engine/aiven/dev.test.ts" lets it
 * refresh them.
 */

const standIn = useStandIn();
beforeEach(() => {
  vi.stubEnv("AIVEN_WEB_URL", standIn().url);
});

interface Identified {
  readonly id: string;
}

const PROJECT_NAME = { project: "test-project" };
const KAFKA = { ...PROJECT_NAME, serviceName: "kafka" };
const FLINK = { ...PROJECT_NAME, serviceName: "flink" };
const idOf = (type: string, inputs: Record<string, unknown>) =>
  aivenIdOf("test-token", `aiven:index/x:${type}`, inputs);

it("of a service is its name in the project", async () => {
  for (const [type, serviceName] of [
    ["Kafka", "kafka"],
    ["Pg", "pg"],
    ["OpenSearch", "search"],
    ["Flink", "flink"],
  ] as const) {
    expect(await idOf(type, { ...PROJECT_NAME, serviceName })).toBe(`test-project/${serviceName}`);
    expect(await idOf(type, { ...PROJECT_NAME, serviceName: "other" })).toBeUndefined();
  }
});

it("of users and topics are their names in the service", async () => {
  await done("POST", "/service/kafka/user", { username: "generator" });
  await done("POST", "/service/kafka/topic", { topic_name: "readings", partitions: 1, replication: 2 });
  expect(await idOf("KafkaUser", { ...KAFKA, username: "generator" })).toBe("test-project/kafka/generator");
  expect(await idOf("KafkaUser", { ...KAFKA, username: "flink" })).toBeUndefined();
  expect(await idOf("KafkaTopic", { ...KAFKA, topicName: "readings" })).toBe("test-project/kafka/readings");
  expect(await idOf("KafkaTopic", { ...KAFKA, topicName: "results" })).toBeUndefined();
});

it("of a rule is assigned by Aiven", async () => {
  const rule = { username: "generator", topic: "readings", permission: "write" };
  await done("POST", "/service/kafka/acl", rule);
  const given = standIn()
    .state.service("kafka")
    .acl.find(({ username }) => username === "generator");
  expect(await idOf("KafkaAcl", { ...KAFKA, ...rule })).toBe(`test-project/kafka/${given?.id}`);
  expect(await idOf("KafkaAcl", { ...KAFKA, ...rule, permission: "read" })).toBeUndefined();
});

it("of an integration is assigned by Aiven, in the project", async () => {
  const { service_integration: made } = await done<{
    service_integration: { service_integration_id: string };
  }>("POST", "/integration", { integration_type: "flink", source_service: "kafka", dest_service: "flink" });
  const inputs = { ...PROJECT_NAME, integrationType: "flink", destinationServiceName: "flink" };
  const found = await idOf("ServiceIntegration", { ...inputs, sourceServiceName: "kafka" });
  expect(found).toBe(`test-project/${made.service_integration_id}`);
  expect(await idOf("ServiceIntegration", { ...inputs, sourceServiceName: "pg" })).toBeUndefined();
});

it("of an application, a version and a deployment are assigned by Aiven", async () => {
  const path = "/service/flink/flink/application";
  const { id: applicationId } = await done<Identified>("POST", path, { name: "dev-filter" });
  const ofApplication = { ...FLINK, applicationId };
  expect(await idOf("FlinkApplication", { ...FLINK, name: "dev-filter" })).toBe(
    `test-project/flink/${applicationId}`,
  );
  expect(await idOf("FlinkApplication", { ...FLINK, name: "dev-trend" })).toBeUndefined();

  const statement = "INSERT INTO b SELECT a FROM a";
  expect(await idOf("FlinkApplicationVersion", { ...ofApplication, statement })).toBeUndefined();
  const table = (name: string) => ({
    create_table: `CREATE TABLE ${name} (a INT) WITH ('connector' = 'datagen')`,
  });
  const sql = { statement, sources: [table("a")], sinks: [table("b")] };
  const { id: versionId } = await done<Identified>("POST", `${path}/${applicationId}/version`, sql);
  expect(await idOf("FlinkApplicationVersion", { ...ofApplication, statement })).toBe(
    `test-project/flink/${applicationId}/${versionId}`,
  );

  expect(await idOf("FlinkApplicationDeployment", { ...ofApplication, versionId })).toBeUndefined();
  const deployment = { version_id: versionId, parallelism: 1 };
  const { id } = await done<Identified>("POST", `${path}/${applicationId}/deployment`, deployment);
  expect(await idOf("FlinkApplicationDeployment", { ...ofApplication, versionId })).toBe(
    `test-project/flink/${applicationId}/${id}`,
  );
});

it("of a version with the statement of an earlier one is that of the newest, in whatever order Aiven lists them", async () => {
  const path = "/service/flink/flink/application";
  const { id: applicationId } = await done<Identified>("POST", path, { name: "dev-filter" });
  const statement = "INSERT INTO b SELECT a FROM a";
  const table = (name: string) => ({
    create_table: `CREATE TABLE ${name} (a INT) WITH ('connector' = 'datagen')`,
  });
  const sql = { statement, sources: [table("a")], sinks: [table("b")] };
  await done("POST", `${path}/${applicationId}/version`, sql);
  const { id: newest } = await done<Identified>("POST", `${path}/${applicationId}/version`, sql);
  const { versions } = standIn().state.service("flink").applications.get(applicationId) ?? {};
  for (const reversed of [false, true]) {
    const all = [...(versions ?? [])];
    versions?.clear();
    for (const [id, version] of reversed ? all.reverse() : all) versions?.set(id, version);
    expect(await idOf("FlinkApplicationVersion", { ...FLINK, applicationId, statement })).toBe(
      `test-project/flink/${applicationId}/${newest}`,
    );
  }
});

it("of an unknown kind is undefined", async () => {
  expect(await idOf("Grafana", KAFKA)).toBeUndefined();
});

it("causes an error if Aiven does not return it", async () => {
  standIn().fail({ path: /\/service\/kafka$/, status: 500 });
  await expect(idOf("Kafka", KAFKA)).rejects.toThrow(/Aiven refuses GET .*500/);
});
