import type { Host } from "../hosts/host.ts";
import { type Service, services, sharedDefinitions } from "./shared.ts";
import { type Definition, type Definitions, oneOf } from "./types.ts";

const TITLES: Readonly<Record<Service, string>> = {
  kafka: "Kafka",
  postgres: "PostgreSQL",
  openSearch: "OpenSearch",
  flink: "Flink",
  notifier: "the notifier",
};

const MOVED = ". Another value moves no data, and what the stack has created on Aiven is deleted";

const NOTES: Readonly<Partial<Record<Service, string>>> = {
  kafka: MOVED,
  postgres: MOVED,
  openSearch: MOVED,
};

/** No host here runs it. */
const NOBODY = {
  notifier: { elsewhere: "you, with the stack's output notifier or by npm run notify" },
} as const;

/** The shared settings, those of each host, and who runs what, grouped by the prefix of their names. */
export function definitionsOf(hosts: readonly Pick<Host, "runs" | "settings">[]) {
  const own: Definitions = Object.assign({}, ...hosts.map(({ settings }) => settings));
  const runsOn = Object.fromEntries(
    services.map((service) => [`${service}.runsOn`, runsOnOf(service, hosts)] as const),
  );
  const all = Object.entries({ ...runsOn, ...sharedDefinitions, ...own });
  const groups = [...new Set([...Object.keys(sharedDefinitions), ...Object.keys(own)].map(groupOf))];
  const inGroups = groups.flatMap((group) => all.filter(([name]) => groupOf(name) === group));
  return Object.fromEntries(inGroups) as typeof sharedDefinitions & Definitions;
}

/** `kafka` of `kafka.port`; names without a group form one. */
const groupOf = (name: string) => /^(\w+)\./.exec(name)?.[1] ?? "";

function runsOnOf(service: Service, hosts: readonly Pick<Host, "runs">[]): Definition<string> {
  const meanings: Readonly<Record<string, string>> = Object.assign(
    {},
    ...hosts.map(({ runs }) => runs[service]),
    service === "notifier" ? NOBODY.notifier : {},
  );
  const [first = ""] = Object.keys(meanings);
  const words = Object.entries(meanings).map(([value, meaning]) => `${value} is ${meaning}`);
  return oneOf({
    default: first,
    description: `Who runs ${TITLES[service]}: ${words.join(", ")}${NOTES[service] ?? ""}`,
    of: Object.keys(meanings),
  });
}
