import { type JarSet, jarSets } from "../../../setup/jars.ts";
import type { Needs } from "../../../setup/needs.ts";
import type { Part } from "../host.ts";

const RUN_BY: Readonly<Record<JarSet, Part>> = {
  kafka: "kafka",
  flink: "flink",
  reading: "flink",
  opensearch: "openSearch",
};

/** The jars that the services among the parts run from. */
export const jarsFor = (parts: readonly Part[]): JarSet[] =>
  jarSets.filter((set) => parts.includes(RUN_BY[set]));

/** What has to be installed for the parts of a stack that run on this machine. */
export const needsOf = (parts: readonly Part[]): Needs => ({
  jars: jarsFor(parts),
  postgres: parts.includes("postgres"),
  page: parts.includes("page"),
});
