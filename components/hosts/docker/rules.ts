import { WEBHOOK_URL } from "../../settings/secrets.ts";
import type { SharedSettings } from "../../settings/shared.ts";
import type { Part } from "../host.ts";

/** What each client in a container connects to. */
const CONNECTS = {
  flink: ["kafka", "postgres", "openSearch"],
  notifier: ["kafka", "postgres"],
} as const;

/** Containers reach each other and the internet, but nothing that listens on 127.0.0.1 of their host. */
export function reachProblems(
  settings: SharedSettings,
  parts: readonly Part[],
  secrets: ReadonlyMap<string, string>,
): string[] {
  const clients = (["flink", "notifier"] as const).filter((client) => parts.includes(client));
  return [
    ...clients.flatMap((client) => localServices(settings, client)),
    ...loopbacks(settings, clients),
    ...(clients.includes("notifier") ? receiversHere(settings, secrets) : []),
  ];
}

/** Another host's settings with the address of an existing service. */
const ADDRESSES = {
  kafka: "kafka.bootstrapServers",
  postgres: "postgres.address",
  openSearch: "openSearch.url",
} as const;

const LOOPBACK = /(^|[/,\s])(127\.[\d.]+|localhost|\[?::1\]?)(?=[:/,]|$)/;

function loopbacks(settings: SharedSettings, clients: readonly (keyof typeof CONNECTS)[]): string[] {
  const values: Readonly<Record<string, unknown>> = { ...settings };
  const services = [...new Set(clients.flatMap((client) => CONNECTS[client]))];
  return services
    .filter((service) => settings[`${service}.runsOn`] === "external")
    .map((service) => ADDRESSES[service])
    .filter((key) => LOOPBACK.test(String(values[key] ?? "")))
    .map(
      (key) =>
        `${key} is ${values[key]}, but containers reach nothing that listens on this machine only: set it to an address that other machines reach`,
    );
}

/** Receivers of alerts that listen on this machine only. The address of a webhook is secret. */
function receiversHere(settings: SharedSettings, secrets: ReadonlyMap<string, string>): string[] {
  const isHere = (url = "") => URL.canParse(url) && LOOPBACK.test(new URL(url).host);
  const slack = settings["slack.apiUrl"];
  const found = [
    ...(isHere(slack) ? [`slack.apiUrl is ${slack}`] : []),
    ...(isHere(secrets.get(WEBHOOK_URL)) ? [`${WEBHOOK_URL} is an address of this machine`] : []),
  ];
  return found.map(
    (what) =>
      `${what}, but notifier.runsOn is docker, and containers reach nothing that listens on this machine only: set it to an https address that other machines reach, or notifier.runsOn to local`,
  );
}

function localServices(settings: SharedSettings, client: keyof typeof CONNECTS): string[] {
  return CONNECTS[client]
    .filter((service) => settings[`${service}.runsOn`] === "local")
    .filter((service) => service !== "openSearch" || settings["openSearch.enabled"])
    .map(
      (service) =>
        `${service}.runsOn is local, but ${client}.runsOn is docker, and containers reach no service on this machine: set ${service}.runsOn to docker or aiven, or ${client}.runsOn to local`,
    );
}
