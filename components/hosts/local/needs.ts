import { type JarSet, jarSets } from "../../../setup/jars.ts";
import type { Needs } from "../../../setup/needs.ts";
import { generatorOn } from "../../settings/dockerRules.ts";
import type { Settings } from "../../settings.ts";

/** Whether anything of a stack runs on this machine, and writes logs here. */
export function runsHere(settings: Settings): boolean {
  const { jars, postgres } = needsOf(settings);
  const notifier = settings["notifier.enabled"] && settings["notifier.runsOn"] === "local";
  const generator = settings["generator.enabled"] && generatorOn(settings) === "local";
  return jars.length > 0 || postgres || generator || notifier;
}

/** What the services that run on this machine need; nothing for a stack that is elsewhere. */
export function needsOf(settings: Settings): Needs {
  const local: Readonly<Record<JarSet, boolean>> = {
    kafka: settings["kafka.runsOn"] === "local",
    flink: settings["flink.runsOn"] === "local",
    opensearch: settings["openSearch.enabled"] && settings["openSearch.runsOn"] === "local",
  };
  return {
    jars: jarSets.filter((set) => local[set]),
    postgres: settings["postgres.runsOn"] === "local",
    ...(local.flink && settings["kafka.runsOn"] === "aiven" && settings["kafka.authentication"] === "sasl"
      ? { sasl: true }
      : {}),
  };
}
