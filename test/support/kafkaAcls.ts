import kafkajs, { type AclEntry } from "kafkajs";
import { pipelineNames, pipelineOf, sourceTopic } from "../../components/pipelines.ts";

const { AclOperationTypes, AclPermissionTypes, AclResourceTypes, ResourcePatternTypes } = kafkajs;

/** Who uses the cluster. `admin` may do everything; `tenant` may do nothing until it has a prefix of its own. */
export const ROLES = ["admin", "generator", "flink", "notifier", "dashboard", "stranger", "tenant"] as const;
export type Role = (typeof ROLES)[number];

/** The permissions that Aiven for Apache Kafka knows, by topic. */
export type Grants = Readonly<Record<string, "read" | "write" | "readwrite">>;

const outputs = pipelineNames.flatMap((name) => {
  const { output } = pipelineOf(name);
  return output && "topic" in output ? [output.topic] : [];
});
const inputs = pipelineNames.flatMap((name) => {
  const { reads } = pipelineOf(name);
  const output = pipelineNames.filter((other) => other === reads).map((other) => pipelineOf(other).output)[0];
  return output !== undefined && "topic" in output ? [output.topic] : [];
});
const each = (topics: readonly string[], permission: Grants[string]): Grants =>
  Object.fromEntries(topics.map((topic) => [topic, permission]));

/** What each role needs, and nothing more. */
export const GRANTS: Readonly<Record<Role, Grants>> = {
  admin: {},
  tenant: {},
  generator: { [sourceTopic]: "write" },
  flink: { ...each(outputs, "write"), ...each(inputs, "readwrite"), [sourceTopic]: "read" },
  notifier: { cpu_alerts: "read" },
  dashboard: each([sourceTopic, ...outputs], "read"),
  // May write in transactions, but not to any topic of the filter.
  stranger: { cpu_alerts: "readwrite" },
};

/** What docs/own-services.md tells an administrator to allow the single user of a stack. */
export function aclsOfTenant(user: string, prefix: string): AclEntry[] {
  const { TOPIC, GROUP, CLUSTER, TRANSACTIONAL_ID } = AclResourceTypes;
  const { LITERAL, PREFIXED } = ResourcePatternTypes;
  const entry = (
    resourceType: number,
    resourceName: string,
    operation: number,
    resourcePatternType = PREFIXED,
  ): AclEntry => ({
    resourceType,
    resourceName,
    operation,
    resourcePatternType,
    principal: `User:${user}`,
    host: "*",
    permissionType: AclPermissionTypes.ALLOW,
  });
  return [
    entry(TOPIC, prefix, AclOperationTypes.ALL),
    entry(GROUP, prefix, AclOperationTypes.ALL),
    entry(GROUP, "streaming-", AclOperationTypes.READ),
    entry(TRANSACTIONAL_ID, prefix, AclOperationTypes.ALL),
    entry(CLUSTER, "kafka-cluster", AclOperationTypes.IDEMPOTENT_WRITE, LITERAL),
  ];
}

/** What docs/own-services.md tells an administrator to allow for a topic of another owner that a stack reads. */
export const aclsOfReader = (user: string, topic: string): AclEntry[] =>
  [AclOperationTypes.DESCRIBE, AclOperationTypes.READ].map((operation) => ({
    resourceType: AclResourceTypes.TOPIC,
    resourceName: topic,
    operation,
    resourcePatternType: ResourcePatternTypes.LITERAL,
    principal: `User:${user}`,
    host: "*",
    permissionType: AclPermissionTypes.ALLOW,
  }));

/**
 * Kafka's access control lists equivalent to Aiven's permissions: reading includes any consumer group, writing
 * any transactional id.
 */
export function aclsOf(user: string, grants: Grants): AclEntry[] {
  const { TOPIC, GROUP, CLUSTER, TRANSACTIONAL_ID } = AclResourceTypes;
  const { READ, WRITE, DESCRIBE, IDEMPOTENT_WRITE } = AclOperationTypes;
  const entry = (resourceType: number, resourceName: string, operation: number): AclEntry => ({
    resourceType,
    resourceName,
    operation,
    resourcePatternType: ResourcePatternTypes.LITERAL,
    principal: `User:${user}`,
    host: "*",
    permissionType: AclPermissionTypes.ALLOW,
  });
  return Object.entries(grants).flatMap(([topic, permission]) => [
    entry(TOPIC, topic, DESCRIBE),
    ...(permission === "write" ? [] : [entry(TOPIC, topic, READ), entry(GROUP, "*", READ)]),
    ...(permission === "read"
      ? []
      : [
          entry(TOPIC, topic, WRITE),
          entry(CLUSTER, "kafka-cluster", IDEMPOTENT_WRITE),
          entry(TRANSACTIONAL_ID, "*", WRITE),
          entry(TRANSACTIONAL_ID, "*", DESCRIBE),
        ]),
  ]);
}
