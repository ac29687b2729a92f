import { type Assignment, assign, isAdopted, partsOf } from "./hosts/assignment.ts";
import type { Host } from "./hosts/host.ts";
import { hosts } from "./hosts/registry.ts";
import { type PipelineName, pipelineNames, pipelineOf, raiseAlerts } from "./pipelines.ts";
import { definitionsOf } from "./settings/definitions.ts";
import { portClashes, sharedProblems } from "./settings/rules.ts";
import { appSecrets, SLACK_TOKEN, WEBHOOK_URL } from "./settings/secrets.ts";
import { SettingsError } from "./settings/settingsError.ts";
import type { SharedSettings } from "./settings/shared.ts";
import { ALL } from "./settings/system.ts";

export { SettingsError } from "./settings/settingsError.ts";
export type { SharedSettings as Settings } from "./settings/shared.ts";

/** Every setting of a stack. Pulumi.yaml holds the same list for the engine. */
export const definitions = definitionsOf(hosts);

/** The secrets in the project's namespace: they are stored among the settings, but are not settings. */
export const secretNames: readonly string[] = [
  ...Object.keys(appSecrets),
  ...hosts.flatMap(({ secrets = {} }: Host) => Object.keys(secrets)),
];

/**
 * Reads and validates all settings at once.
 *
 * @param config the stack's configuration, with keys of the form `<project>:<setting>` and values as the engine
 * hands them over: text, JSON for lists and objects
 * @param misread problems with settings that are not to be read, by their names
 * @throws SettingsError with every problem: key, value, what is allowed
 */
export function readSettings(
  config: Readonly<Record<string, string>>,
  project: string,
  misread: ReadonlyMap<string, string> = new Map(),
): SharedSettings {
  const problems: string[] = [];
  const given = ownSettings(config, project);
  const token = given.get(SLACK_TOKEN);
  problems.push(...nestedSecrets(config, project), ...secretProblems(given));
  const secrets = textsOf(secretNames, given);
  for (const name of secretNames) given.delete(name);
  for (const [former, name] of Object.entries(RENAMED)) {
    if (given.delete(former)) problems.push(`${former} is called ${name} now: rename it`);
  }
  const unknown = [...given.keys()].filter((key) => !(key in definitions));
  if (unknown.length > 0) {
    problems.push(`${unknown.join(", ")}: no such setting; there are ${Object.keys(definitions).join(", ")}`);
  }
  const values = Object.fromEntries(
    Object.entries(definitions).map(([key, definition]) => {
      const known = misread.get(key);
      if (known !== undefined) {
        problems.push(known);
        return [key, undefined];
      }
      const raw = given.get(key);
      if (raw === undefined) return [key, definition.default];
      const value = definition.parse(raw);
      if (value === undefined)
        problems.push(`${key} is ${JSON.stringify(raw)}; allowed is ${definition.allowed}`);
      return [key, value];
    }),
  ) as unknown as SharedSettings;
  const settings = {
    ...values,
    pipelines: pipelinesIn(values),
    "generator.enabled": values["generator.enabled"] && values["source.existing"] !== true,
  };
  problems.push(...sharedProblems(settings), ...hostProblems(settings, secrets));
  // Under this name it is not a default: the engine passes defaults as part of an object.
  if (config[`${project}:generator.enabled`] === "true" && values["source.existing"]) {
    problems.push(
      "generator.enabled is true, but source.existing is true, and made-up readings do not belong in a topic that others write: leave generator.enabled out",
    );
  }
  if (token !== undefined && settings["slack.channel"] === "") {
    problems.push(
      `${SLACK_TOKEN} is set, but slack.channel is not: set it to the channel for alerts, such as "#alerts"`,
    );
  }
  if (token === undefined && settings["slack.via"] === "connector" && raiseAlerts(settings.pipelines)) {
    problems.push(
      `slack.via is connector, but ${SLACK_TOKEN} is not set: store it with npm run secret -- ${SLACK_TOKEN} --stack <stack>`,
    );
  }
  if (problems.length > 0) throw new SettingsError(problems);
  return settings;
}

/** Renamed settings: the new name by the old one. */
const RENAMED = { "slack.cooldown": "alerts.cooldown" } as const;

/** The given values that are texts, by their names. */
function textsOf(names: readonly string[], given: ReadonlyMap<string, unknown>): Map<string, string> {
  return new Map(
    names.flatMap((name) => {
      const value = given.get(name);
      return typeof value === "string" ? [[name, value] as const] : [];
    }),
  );
}

/** Secrets that stand in a group, as `pulumi config set --path` writes them: they are read under their full names. */
function nestedSecrets(config: Readonly<Record<string, string>>, project: string): string[] {
  return secretNames.flatMap((name) => {
    const [group = "", key = ""] = name.split(".");
    const values = fromText(group, config[`${project}:${group}`] ?? "");
    if (!isObject(values) || !(key in values)) return [];
    return [
      `${name} is stored as ${key} in the group ${group}, where secrets are not read: remove it there, and store it with npm run secret -- ${name} --stack <stack>`,
    ];
  });
}

/** Problems with secrets, which are strings once the engine has decrypted them. Their values are not shown. */
function secretProblems(given: ReadonlyMap<string, unknown>): string[] {
  const wrong = Object.entries(appSecrets).flatMap(([name, { pattern, problem }]) => {
    const value = given.get(name);
    return typeof value === "string" && !pattern.test(value) ? [`${name}: ${problem}`] : [];
  });
  const needless = [...given.keys()].filter(
    (name) => name.startsWith("webhook.") && name !== WEBHOOK_URL && name in appSecrets,
  );
  if (needless.length === 0 || given.has(WEBHOOK_URL)) return wrong;
  return [
    ...wrong,
    `${needless.join(" and ")} ${needless.length > 1 ? "are" : "is"} set, but ${WEBHOOK_URL} is not: store it too`,
  ];
}

/**
 * Problems that the hosts find.
 *
 * @param secrets those that are decrypted, by their names
 */
function hostProblems(settings: SharedSettings, secrets: ReadonlyMap<string, string>): string[] {
  const assigned = assign(settings, hosts);
  const ports = hosts.flatMap((host: Host) => host.ports?.(partsOf(assigned, host)) ?? []);
  return [
    ...portClashes(settings, ports),
    ...needlessSchema(settings, assigned),
    ...impossibleTopic(settings, assigned),
    ...hosts.flatMap((host: Host) => host.rules?.(settings, partsOf(assigned, host), secrets) ?? []),
  ];
}

function needlessSchema(settings: SharedSettings, assigned: Assignment): string[] {
  const schema = settings["postgres.schema"];
  if (!schema || isAdopted("postgres", settings, assigned)) return [];
  return [
    `postgres.schema is ${schema}, but postgres.runsOn is ${settings["postgres.runsOn"]}, a PostgreSQL that holds nothing but the stack's tables: leave it out`,
  ];
}

function impossibleTopic(settings: SharedSettings, assigned: Assignment): string[] {
  if (!settings["source.existing"] || isAdopted("kafka", settings, assigned)) return [];
  return [
    `source.existing is true, but kafka.runsOn is ${settings["kafka.runsOn"]}, a Kafka that holds nothing but the stack's topics: leave it out`,
  ];
}

/**
 * The pipelines that `pipelines` names, without those of rules that `alerts.rules` does not name; none if its value is
 * wrong. `all` includes those that write to the topic of the readings only if that topic is the stack's own.
 */
function pipelinesIn(values: Partial<SharedSettings>): readonly PipelineName[] {
  const { pipelines = [], "alerts.rules": rules = [], "source.existing": isOthers } = values;
  const given: readonly string[] = pipelines;
  const named = given.includes(ALL)
    ? pipelineNames.filter(
        (name) => !isOthers || given.includes(name) || pipelineOf(name).output !== undefined,
      )
    : pipelines;
  return named.filter((name) => {
    const { rule } = pipelineOf(name);
    return rule === undefined || rules.includes(rule);
  });
}

/**
 * The project's own settings. The engine reads a dot as a path: `kafka.port` may arrive under that name, or as the
 * `port` of an object `kafka` (its defaults always do, so a value under the full name wins).
 */
function ownSettings(config: Readonly<Record<string, string>>, project: string): Map<string, unknown> {
  const prefix = `${project}:`;
  const own = Object.entries(config)
    .filter(([key]) => key.startsWith(prefix))
    .map(([key, text]) => [key.slice(prefix.length), fromText(key.slice(prefix.length), text)] as const);
  const names = [...Object.keys(definitions), ...secretNames];
  const isGroup = (key: string) => names.some((name) => name.startsWith(`${key}.`));
  const isNested = ([key, value]: readonly [string, unknown]) => isGroup(key) && isObject(value);
  const nested = own
    .filter(isNested)
    .flatMap(([group, values]) =>
      Object.entries(values as object).map(([key, value]) => [`${group}.${key}`, value] as const),
    );
  return new Map([...nested, ...own.filter((setting) => !isNested(setting))]);
}

const isObject = (value: unknown): value is object => value !== null && typeof value === "object";

/** Whether it is an encrypted value, as a stack's file holds it. */
const isSealed = (value: unknown) => isObject(value) && Object.keys(value).join() === "secure";

/**
 * Lists, objects, numbers and booleans come as JSON. Anything else is a text, and so are numbers and booleans if the
 * setting is a text. A secret is a text whatever it looks like, since it is used as it is.
 */
function fromText(key: string, text: string): unknown {
  try {
    const value = JSON.parse(text);
    if (secretNames.includes(key)) return isSealed(value) ? value : text;
    const isText = Object.entries(definitions).some(([name, { type }]) => name === key && type === "string");
    return isText && ["number", "boolean"].includes(typeof value) ? text : value;
  } catch {
    return text;
  }
}
