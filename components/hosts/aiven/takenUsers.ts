import type { AivenClient } from "../../../clients/aiven/client.ts";
import type { AivenRule } from "../../../clients/aiven/model.ts";
import type { StateResource } from "../../stateResources.ts";
import type { HostContext } from "../host.ts";
import { plannedRules } from "./kafkaRules.ts";
import { kindOf, placeOf } from "./resourceTypes.ts";
import { mayNotify } from "./rules.ts";
import type { OptionalService } from "./serviceOptions.ts";
import type { definitions } from "./settings.ts";
import { ADMIN_USER, userName, userPrefix } from "./userNames.ts";

interface Asked {
  readonly context: HostContext<typeof definitions>;
  readonly client: AivenClient;
  /** The resources in the engine's state; undefined if the state is not available. */
  readonly known: readonly StateResource[] | undefined;
}

const KINDS = { kafka: "KafkaUser", postgres: "PgUser", openSearch: "OpensearchUser" } as const;

/**
 * Users that the stack would create in an existing service, but that others have there: Aiven would refuse them after
 * other things have been created.
 *
 * @param there names of the service's users
 */
export function takenUsers(
  { context, known }: Asked,
  service: OptionalService,
  there: readonly string[],
): string[] {
  // Inside the engine's run, the state is not available, and the stack's own would look like those of others.
  if (known === undefined) return [];
  const name = context.settings[`${service}.service`];
  const own = inputsOf<{ readonly username: string }>(known, KINDS[service], name).map(
    ({ username }) => username,
  );
  const taken = plannedUsers(context, service).filter((user) => there.includes(user) && !own.includes(user));
  if (taken.length === 0) return [];
  const [counted, them] = taken.length === 1 ? ["the user", "it"] : ["the users", "them"];
  return [
    `${service}.service is ${name}, which already has ${counted} ${taken.join(", ")}, not created by this stack: set names.prefix to another prefix, or delete ${them} in Aiven's console if nobody needs ${them} (${name} → Users)`,
  ];
}

/** The names of the users that the stack creates in an existing service. */
export function plannedUsers(context: Asked["context"], service: OptionalService): string[] {
  const { settings, stack, parts } = context;
  if (service === "kafka") {
    const users = plannedRules(context).map(({ username }) => username);
    return [...new Set(users)].filter((user) => user !== ADMIN_USER);
  }
  const roles =
    service === "openSearch"
      ? ["search"]
      : [
          "owner",
          ...(parts.includes("flink") ? [] : ["flink"]),
          ...(mayNotify(settings) ? ["notifier"] : []),
        ];
  return roles.map((role) => userName(userPrefix(settings, stack), role, settings["aiven.credentials"]));
}

/** Rules that the stack would create in an existing Kafka, but that are there already. */
export async function takenRules({ context, client, known }: Asked): Promise<string[]> {
  if (known === undefined) return [];
  const { settings } = context;
  const service = settings["kafka.service"];
  const own = inputsOf<AivenRule>(known, "KafkaAcl", service);
  const there = await client.rules(settings["aiven.project"], service);
  const taken = plannedRules(context).filter((rule) => isAmong(there, rule) && !isAmong(own, rule));
  if (taken.length === 0) return [];
  const list = taken
    .map(({ username, permission, topic }) => `${username} ${permission} ${topic}`)
    .join(", ");
  const [counted, them] = taken.length === 1 ? ["the rule", "it"] : ["the rules", "them"];
  return [
    `kafka.service is ${service}, which already has ${counted} ${list}, not created by this stack, and Aiven allows no second one: delete ${them} in Aiven's console if nobody needs ${them} (${service} → ACL), or set another kafka.service`,
  ];
}

const isAmong = (rules: readonly AivenRule[], { username, topic, permission }: AivenRule) =>
  rules.some((rule) => rule.username === username && rule.topic === topic && rule.permission === permission);

const inputsOf = <T>(known: readonly StateResource[], kind: string, service: string) =>
  known
    .filter((resource) => kindOf(resource) === kind && placeOf(resource).serviceName === service)
    .map((resource) => placeOf(resource) as unknown as T);
