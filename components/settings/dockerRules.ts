import type { Settings } from "./definitions.ts";

type Key = "kafka.runsOn" | "postgres.runsOn" | "openSearch.runsOn" | "flink.runsOn" | "notifier.runsOn";

/** What of a stack runs on Docker; the generator is beside Kafka there. */
export function onDocker(settings: Settings): Key[] {
  const there: Record<Key, boolean> = {
    "kafka.runsOn": true,
    "postgres.runsOn": true,
    "openSearch.runsOn": settings["openSearch.enabled"],
    "flink.runsOn": true,
    "notifier.runsOn": settings["notifier.enabled"],
  };
  return (Object.keys(there) as Key[]).filter((key) => there[key] && settings[key] === "docker");
}

/** Where the generator runs, where it is enabled. */
export const generatorOn = (settings: Settings) =>
  settings["kafka.runsOn"] === "docker" ? "docker" : "local";

/** Containers reach each other, and the internet, but nothing that listens on 127.0.0.1 of their host. */
export function dockerProblems(settings: Settings): string[] {
  const needs: Partial<Record<Key, Key[]>> = {
    "flink.runsOn": ["kafka.runsOn", "postgres.runsOn", "openSearch.runsOn"],
    "notifier.runsOn": ["kafka.runsOn"],
  };
  return onDocker(settings).flatMap((client) =>
    (needs[client] ?? [])
      .filter((service) => settings[service] === "local")
      .filter((service) => service !== "openSearch.runsOn" || settings["openSearch.enabled"])
      .map(
        (service) =>
          `${service} is local, but ${client} is docker, and containers reach no service on this machine: set ${service} to docker or aiven, or ${client} to local`,
      ),
  );
}
