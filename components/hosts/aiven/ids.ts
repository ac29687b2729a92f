import { AivenError, getFromAiven } from "../../../clients/aiven/api.ts";

/** Inputs of a resource of Aiven's provider, as the engine's state holds them. */
export type AivenInputs = Readonly<Record<string, unknown>>;

type Find = (inputs: AivenInputs, get: Get) => Promise<string | undefined>;
type Get = <T>(...path: string[]) => Promise<T>;

interface RawVersion {
  readonly id: string;
  /** 1, 2, … */
  readonly version: number;
  readonly statement: string;
}

const SERVICE: Find = async (inputs, get) => {
  await get(...serviceOf(inputs));
  return idOf(inputs);
};

const USER: Find = async (inputs, get) => {
  await get(...serviceOf(inputs), "user", text(inputs, "username"));
  return idOf(inputs, text(inputs, "username"));
};

/** By the last part of the resource's type. */
const FINDERS: Readonly<Record<string, Find>> = {
  Kafka: SERVICE,
  Pg: SERVICE,
  OpenSearch: SERVICE,
  Flink: SERVICE,
  KafkaUser: USER,
  PgUser: USER,
  OpensearchUser: USER,
  PgDatabase: async (inputs, get) => {
    const { databases } = await get<{ databases: { database_name: string }[] }>(...serviceOf(inputs), "db");
    const name = text(inputs, "databaseName");
    return databases.some(({ database_name }) => database_name === name) ? idOf(inputs, name) : undefined;
  },
  KafkaTopic: async (inputs, get) => {
    await get(...serviceOf(inputs), "topic", text(inputs, "topicName"));
    return idOf(inputs, text(inputs, "topicName"));
  },
  KafkaAcl: async (inputs, get) => {
    const { acl } = await get<{ acl: Record<string, string>[] }>(...serviceOf(inputs), "acl");
    const found = acl.find((entry) =>
      ["username", "topic", "permission"].every((key) => entry[key] === inputs[key]),
    );
    return found && idOf(inputs, found.id);
  },
  ServiceIntegration: async (inputs, get) => {
    const source = text(inputs, "sourceServiceName");
    const path = ["project", text(inputs, "project"), "service", source, "integration"];
    const { service_integrations: all } = await get<{ service_integrations: Record<string, string>[] }>(
      ...path,
    );
    const found = all.find(
      (entry) =>
        entry.integration_type === inputs.integrationType &&
        entry.source_service === source &&
        (inputs.destinationEndpointId === undefined
          ? entry.dest_service === inputs.destinationServiceName
          : String(inputs.destinationEndpointId).endsWith(`/${entry.dest_endpoint_id}`)),
    );
    return found && [text(inputs, "project"), found.service_integration_id].join("/");
  },
  FlinkApplication: async (inputs, get) => {
    const { applications } = await get<{ applications: Record<string, string>[] }>(
      ...serviceOf(inputs),
      "flink",
      "application",
    );
    const found = applications.find(({ name }) => name === inputs.name);
    return found && idOf(inputs, found.id);
  },
  FlinkApplicationVersion: async (inputs, get) => {
    const { application_versions: versions } = await get<{ application_versions: RawVersion[] }>(
      ...applicationOf(inputs),
    );
    // If only its tables were changed, the former version has the same statement.
    const [found] = versions
      .filter(({ statement }) => statement === inputs.statement)
      .sort((one, other) => other.version - one.version);
    return found && idOf(inputs, text(inputs, "applicationId"), found.id);
  },
  FlinkApplicationDeployment: async (inputs, get) => {
    const { deployments } = await get<{ deployments: Record<string, string>[] }>(
      ...applicationOf(inputs),
      "deployment",
    );
    const found = deployments.find(({ version_id }) => version_id === inputs.versionId);
    return found && idOf(inputs, text(inputs, "applicationId"), found.id);
  },
};

/**
 * The id that Aiven's provider gives a resource, if it exists, for example left by an interrupted creation.
 * Source of the ids' forms: the section "Import" of each resource, https://www.pulumi.com/registry/packages/aiven/
 *
 * @param type as the engine's state has it, such as `aiven:index/kafka:Kafka`
 * @throws AivenError if Aiven does not answer
 */
export async function aivenIdOf(
  token: string,
  type: string,
  inputs: AivenInputs,
): Promise<string | undefined> {
  const find = FINDERS[type.split(":").at(-1) ?? ""];
  try {
    return await find?.(inputs, (...path) => getFromAiven(token, ...path));
  } catch (error) {
    if (error instanceof AivenError && error.status === 404) return undefined;
    throw error;
  }
}

const text = (inputs: AivenInputs, key: string) => String(inputs[key]);

const serviceOf = (inputs: AivenInputs) => [
  "project",
  text(inputs, "project"),
  "service",
  text(inputs, "serviceName"),
];

const applicationOf = (inputs: AivenInputs) => [
  ...serviceOf(inputs),
  "flink",
  "application",
  text(inputs, "applicationId"),
];

const idOf = (inputs: AivenInputs, ...parts: (string | undefined)[]) =>
  [text(inputs, "project"), text(inputs, "serviceName"), ...parts].join("/");
