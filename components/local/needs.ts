import { type JarSet, jarSets } from "../../setup/jars.ts";
import type { Settings } from "../settings.ts";

/** What has to be installed on this machine for a stack, beside the Pulumi CLI. */
export interface Needs {
  readonly jars: readonly JarSet[];
  readonly postgres: boolean;
}

/** What a stack needs that runs on this machine as a whole, and what the tests need. */
export const EVERYTHING: Needs = { jars: jarSets, postgres: true };

/** What is needed to look at a stack, or to take it down. */
export const NOTHING: Needs = { jars: [], postgres: false };

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
  };
}
