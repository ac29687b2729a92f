import { AIVEN_TOKEN_KEY } from "../../../components/hosts/aiven/token.ts";
import { StackHosts } from "../../../components/hosts/stackHosts.ts";
import { readSettings, type Settings } from "../../../components/settings.ts";
import { PROJECT_NAME } from "../../support/resourceGraph.ts";

/** Settings of a stack that is entirely on Aiven, in the stand-in's project. */
export const ON_AIVEN = {
  "aiven.project": "test-project",
  "kafka.runsOn": "aiven",
  "kafka.replicationFactor": 2,
  "postgres.runsOn": "aiven",
  "openSearch.runsOn": "aiven",
  "flink.runsOn": "managed",
  "generator.enabled": false,
  "notifier.runsOn": "elsewhere",
};

/** The settings that name existing services on Aiven, except Flink. */
export const ON_EXISTING = {
  "kafka.runsOn": "existing",
  "kafka.service": "company-kafka",
  "postgres.runsOn": "existing",
  "postgres.service": "company-pg",
  "openSearch.runsOn": "existing",
  "openSearch.service": "company-search",
};

/** Settings by their names in Pulumi.yaml; all others have their defaults. */
export function settingsOf(values: Record<string, unknown>): Settings {
  const texts = Object.entries(values).map(([key, value]) => [
    `${PROJECT_NAME}:${key}`,
    typeof value === "string" ? value : JSON.stringify(value),
  ]);
  return readSettings(Object.fromEntries(texts), PROJECT_NAME);
}

/** The hosts of a stack with these settings; `token` is the stack's own token for Aiven. */
export const hostsOf = (settings: Settings, stack: string, token?: string) =>
  new StackHosts({
    settings,
    stack,
    secret: async (key) => (key === AIVEN_TOKEN_KEY ? token : undefined),
  });
