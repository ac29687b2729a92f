import { type Service, type SharedSettings, services } from "../settings/shared.ts";
import type { Host, Part } from "./host.ts";

/** Which host runs which part of a stack. */
export type Assignment = ReadonlyMap<Part, Host>;

/**
 * The hosts that the settings `<service>.runsOn` name. A part that is disabled, or that no host here runs, is left out.
 */
export function assign(settings: SharedSettings, hosts: readonly Host[]): Assignment {
  const assigned = new Map<Part, Host>();
  for (const service of services.filter((service) => isEnabled(service, settings))) {
    const host = hosts.find((host) => Object.hasOwn(host.runs[service] ?? {}, settings[`${service}.runsOn`]));
    if (host !== undefined) assigned.set(service, host);
  }
  const besideKafka = assigned.get("kafka");
  const generator = besideKafka?.runs.notifier ? besideKafka : hosts.find(({ runs }) => runs.notifier);
  if (settings["generator.enabled"] && generator !== undefined) assigned.set("generator", generator);
  if (settings["page.enabled"] && besideKafka?.runs.notifier && runsAll(besideKafka, assigned)) {
    assigned.set("page", besideKafka);
  }
  return assigned;
}

/** Whether a host runs what the page looks at: another host may have addresses that the page cannot reach. */
const runsAll = (host: Host, assigned: Assignment) =>
  (["postgres", "flink"] as const).every((service) => assigned.get(service) === host);

/** Whether a service existed before the stack. */
export const isAdopted = (service: Service, settings: SharedSettings, assigned: Assignment) =>
  assigned.get(service)?.adopts?.includes(settings[`${service}.runsOn`]) ?? false;

/** The parts of a stack that a host runs. */
export const partsOf = (assigned: Assignment, host: Host): Part[] =>
  [...assigned].flatMap(([part, runner]) => (runner === host ? [part] : []));

function isEnabled(service: Service, settings: SharedSettings): boolean {
  if (service === "openSearch" || service === "notifier") return settings[`${service}.enabled`];
  return true;
}
