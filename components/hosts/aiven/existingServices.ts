import type { AivenClient } from "../../../clients/aiven/client.ts";
import type { AivenAddress, AivenService } from "../../../clients/aiven/model.ts";
import { UserError } from "../../../lib/userError.ts";
import { openSearchProblems } from "../../adopted/openSearchProblems.ts";
import { postgresProblems } from "../../adopted/postgresProblems.ts";
import { topicProblems } from "../../adopted/topicProblems.ts";
import { madeByOf, namesOf, schemaOf } from "../../names.ts";
import { type Planned, plannedOf } from "../../planned.ts";
import type { StateResource } from "../../stateResources.ts";
import type { HostContext } from "../host.ts";
import { addressProblems } from "./kafkaAddress.ts";
import { existingReplicaProblems } from "./replicas.ts";
import { DEFAULT_DATABASE, databaseOf, kindOf, placeOf } from "./resourceTypes.ts";
import { type AivenSettings, existingServices } from "./rules.ts";
import type { definitions } from "./settings.ts";
import { takenRules, takenUsers } from "./takenUsers.ts";
import { works } from "./working.ts";

type Context = HostContext<typeof definitions>;
type Existing = ReturnType<typeof existingServices>[number];

const TYPES = { kafka: "kafka", postgres: "pg", openSearch: "opensearch" } as const;

interface Asked {
  readonly context: Context;
  readonly client: AivenClient;
  /** Those of the project. */
  readonly services: readonly AivenService[];
  /** The resources in the engine's state; undefined if the state is not available. */
  readonly known: readonly StateResource[] | undefined;
}

/** Why existing services cannot take what the stack creates in them, one sentence per problem. */
export async function existingServiceProblems(asked: Asked): Promise<string[]> {
  const { settings, parts } = asked.context;
  const problems = existingServices(settings, parts).map(async (service) => {
    const unusable = serviceProblem(asked, service);
    return unusable === undefined ? contentProblems(asked, service) : [unusable];
  });
  return (await Promise.all(problems)).flat();
}

function serviceProblem({ context: { settings }, services }: Asked, service: Existing): string | undefined {
  const key = `${service}.service` as const;
  const found = services.find(({ name }) => name === settings[key]);
  if (found?.type !== TYPES[service]) {
    const what = found === undefined ? "which does not exist" : `which is a service of type ${found.type}`;
    const names = services.filter(({ type }) => type === TYPES[service]).map(({ name }) => name);
    const choice = names.length === 0 ? "none" : names.join(", ");
    return `${key} is ${settings[key]}, ${what}; of type ${TYPES[service]} the project ${settings["aiven.project"]} has ${choice}`;
  }
  if (!works(found)) {
    const advice = found.state === "POWEROFF" ? "power it on in Aiven's console" : "wait until it is RUNNING";
    return `${key} is ${found.name}, which does not run (it is ${found.state}): ${advice}`;
  }
  return service === "kafka" ? authenticationProblem(settings, found) : undefined;
}

function authenticationProblem(settings: AivenSettings, { name, userConfig }: AivenService) {
  const method = settings["kafka.authentication"];
  const { certificate = true, sasl = false } = Object(userConfig.kafka_authentication_methods) as Methods;
  if (method === "sasl" ? sasl : certificate) return undefined;
  const other = method === "sasl" ? "certificate" : "sasl";
  return `kafka.authentication is ${method}, which ${name} does not have on: set it to ${other}, or turn on kafka_authentication_methods.${method} in Aiven's console`;
}

/** How clients may authenticate to Kafka, as Aiven's settings say it. */
interface Methods {
  readonly certificate?: boolean;
  readonly sasl?: boolean;
}

async function contentProblems(asked: Asked, service: Existing): Promise<string[]> {
  const { context, client } = asked;
  const { settings, stack, parts } = context;
  const project = settings["aiven.project"];
  const name = settings[`${service}.service`];
  const names = namesOf(settings, stack, (other) => parts.includes(other));
  const planned = plannedOf(settings, names);
  const address = await client.address(project, name);
  const users = takenUsers(asked, service, address.users);
  if (service === "kafka") {
    const [topics, rules] = await Promise.all([client.topics(project, name), takenRules(asked)]);
    return [
      ...addressProblems(settings, address.components),
      ...existingReplicaProblems(settings, asked.services),
      ...kafkaProblems(asked, planned, topics),
      ...users,
      ...rules,
    ];
  }
  const ask = service === "postgres" ? askPostgres : askOpenSearch;
  const problems = await ask(asked, address, planned).catch((error) => {
    if (error instanceof UserError) return [error.message];
    throw error;
  });
  return [...problems, ...users];
}

function kafkaProblems(
  { context: { settings }, known }: Asked,
  planned: Planned,
  existing: readonly string[],
): string[] {
  const service = settings["kafka.service"];
  // Inside the engine's run the state is not available; Aiven itself then refuses an existing topic.
  const own = known
    ?.filter((resource) => kindOf(resource) === "KafkaTopic" && placeOf(resource).serviceName === service)
    .map((resource) => String((placeOf(resource) as { readonly topicName?: string }).topicName));
  const server = `the service ${service}`;
  const problems = topicProblems(planned, { existing, own, server });
  const { existingTopic: topic } = planned;
  if (topic === undefined || !own?.includes(topic)) return problems;
  return [
    ...problems,
    `source.topic is ${topic}, and source.existing is true, but this stack has made the topic (${server}) and would delete it now, with its records: leave source.existing out, or set source.topic to a topic of others`,
  ];
}

async function askPostgres(
  { context, client, known }: Asked,
  { host, port, user = "", password = "", databases }: AivenAddress,
  { tables }: Planned,
): Promise<string[]> {
  const { settings, stack } = context;
  const database = settings["postgres.database"];
  const isOwn = known?.some(
    (resource) =>
      kindOf(resource) === "PgDatabase" &&
      placeOf(resource).serviceName === settings["postgres.service"] &&
      databaseOf(resource) === database,
  );
  if (database !== "" && databases.includes(database) && isOwn === false) {
    return [
      `postgres.database is ${database}, which the service ${settings["postgres.service"]} has already, and which was not created by this stack: set it to a name that is free, or leave it out`,
    ];
  }
  // A database that does not exist yet is empty.
  if (database !== "" && !databases.includes(database)) return [];
  const ca = await client.authority(settings["aiven.project"]);
  const connection = { host, port, database: database || DEFAULT_DATABASE, user, password, tls: { ca } };
  return postgresProblems(connection, { schema: schemaOf(settings, stack), tables, madeBy: madeByOf(stack) });
}

function askOpenSearch(
  { context }: Asked,
  { host, port, user = "", password = "" }: AivenAddress,
  { indexes }: Planned,
): Promise<string[]> {
  const connection = { url: `https://${host}:${port}`, username: user, password };
  return openSearchProblems(connection, indexes, madeByOf(context.stack));
}
