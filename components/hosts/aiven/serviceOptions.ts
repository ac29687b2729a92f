import type { HostSettings } from "../host.ts";
import type { definitions } from "./settings.ts";

type AivenSettings = HostSettings<typeof definitions>;

/** The services that a stack can have on Aiven, except Flink, with Aiven's names for what clients connect to. */
export const COMPONENTS = { kafka: "kafka", postgres: "pg", openSearch: "opensearch" } as const;

export type OptionalService = keyof typeof COMPONENTS;

/**
 * How clients reach a service: by its ordinary address, or by a second one, which it can have in a VPC.
 */
export type Access = "default" | "public" | "privatelink";

/** What a service has in addition to its plan. */
export interface ServiceOptions {
  readonly access: Access;
  /** GiB beyond the plan's. */
  readonly additionalDisk: number;
  /** Ids. */
  readonly staticIps: readonly string[];
  /** Aiven's own settings of the service, in Aiven's or in Pulumi's notation. */
  readonly userConfig: Readonly<Record<string, unknown>>;
}

export const NO_OPTIONS: ServiceOptions = {
  access: "default",
  additionalDisk: 0,
  staticIps: [],
  userConfig: {},
};

export const optionsOf = (settings: AivenSettings, service: OptionalService): ServiceOptions => ({
  access: settings[`${service}.access`],
  additionalDisk: settings[`${service}.additionalDiskGb`],
  staticIps: settings[`${service}.staticIps`],
  userConfig: settings[`${service}.userConfig`],
});

type Config = Readonly<Record<string, unknown>>;

/** What a created service always has. */
export const ALWAYS = {
  // Topics that nobody declared would have no permissions and only one copy.
  kafka: { kafka: { autoCreateTopicsEnable: false } },
  postgres: {},
  // If a job wrote to an index before it is created, the fields would be guessed.
  openSearch: { opensearch: { actionAutoCreateIndexEnabled: false } },
} as const;

/** What makes a service Standard Kafka, from its creation on. */
export const STANDARD = { inkless: { enabled: true }, tieredStorage: { enabled: true } } as const;

/** What a service needs for its second address, if clients use that. */
export const secondAddress = (access: Access, component: string): Config =>
  access === "default" ? {} : { [`${access}Access`]: { [component]: true } };

/** Settings in Pulumi's notation: `kafka_version` is `kafkaVersion`, `pg_stat_statements.track` is `pgStatStatementsDotTrack`. */
export function inPulumisNotation(config: Config): Config {
  return Object.fromEntries(
    Object.entries(config).map(([key, value]) => [
      key.replaceAll(
        /([_.])(\w)/g,
        (_, mark: string, letter: string) => (mark === "." ? "Dot" : "") + letter.toUpperCase(),
      ),
      isGroup(value) ? inPulumisNotation(value) : value,
    ]),
  );
}

/** Merges both, group by group; if both have a value, the one in `own` wins. */
export function merged(given: Config, own: Config): Config {
  const entries = Object.entries(own).map(([key, value]) => {
    const other = given[key];
    return [key, isGroup(value) && isGroup(other) ? merged(other, value) : value];
  });
  return { ...given, ...Object.fromEntries(entries) };
}

/** A setting with two values. */
export interface Contradiction {
  /** With dots between groups. */
  readonly path: string;
  readonly given: unknown;
  readonly own: unknown;
}

/** The given settings that {@link merged} would drop for another value of `own`. */
export function contradictions(given: Config, own: Config): Contradiction[] {
  return Object.entries(own).flatMap(([key, value]) => {
    const other = given[key];
    if (other === undefined || other === value) return [];
    if (!isGroup(value) || !isGroup(other)) return [{ path: key, given: other, own: value }];
    return contradictions(other, value).map((each) => ({ ...each, path: `${key}.${each.path}` }));
  });
}

const isGroup = (value: unknown): value is Config =>
  value !== null && typeof value === "object" && !Array.isArray(value);
