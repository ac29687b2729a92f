import { madeByOf, schemaOf } from "../../names.ts";
import type { HostContext, HostServices } from "../host.ts";
import { connectionsOf } from "./connections.ts";
import { ExternalKafka } from "./kafka.ts";
import { ExternalOpenSearch } from "./openSearch.ts";
import { ExternalPostgres } from "./postgres.ts";
import type { ExternalSettings } from "./rules.ts";
import type { definitions } from "./settings.ts";

/** @throws SettingsError before anything is created, if a secret or a file is missing */
export async function externalServices(context: HostContext<typeof definitions>): Promise<HostServices> {
  const { settings, stack } = context;
  const { kafka, postgres, openSearch } = await connectionsOf(context);
  const madeBy = madeByOf(stack);
  return {
    ...(kafka && {
      kafka: () => new ExternalKafka("kafka", { connection: kafka, topics: topicsOf(settings) }),
    }),
    ...(postgres && {
      postgres: () =>
        new ExternalPostgres("postgres", { connection: postgres, schema: schemaOf(settings, stack), madeBy }),
    }),
    ...(openSearch && {
      openSearch: () => new ExternalOpenSearch("openSearch", { connection: openSearch, madeBy }),
    }),
  };
}

export const topicsOf = (settings: ExternalSettings) => ({
  partitions: settings["kafka.partitions"],
  replicationFactor: settings["kafka.replicationFactor"],
  minInsyncReplicas: settings["kafka.minInsyncReplicas"],
  retentionHours: settings["kafka.retentionHours"],
});
