import type { HostContext, HostServices } from "../host.ts";
import { AivenFlink } from "./flink.ts";
import { AivenKafka } from "./kafka.ts";
import { AivenOpenSearch } from "./openSearch.ts";
import { AivenPostgres } from "./postgres.ts";
import { AivenProject } from "./project.ts";
import type { definitions } from "./settings.ts";
import { aivenToken } from "./token.ts";

export async function aivenServices(context: HostContext<typeof definitions>): Promise<HostServices> {
  const { settings, parts } = context;
  const flinkOnAiven = parts.includes("flink");
  const project = new AivenProject({
    name: settings["aiven.project"],
    cloud: settings["aiven.cloud"],
    prefix: settings["aiven.prefix"],
    protect: settings["aiven.protected"],
    allowedNetworks: settings["aiven.allowedNetworks"],
    tags: settings["aiven.tags"],
    credentials: settings["aiven.credentials"],
    token: await aivenToken(context),
  });
  return {
    kafka: () =>
      new AivenKafka("kafka", {
        project,
        plan: settings["kafka.plan"],
        version: settings["kafka.version"],
        authentication: settings["kafka.authentication"],
        topics: {
          partitions: settings["kafka.partitions"],
          replicationFactor: settings["kafka.replicationFactor"],
          minInsyncReplicas: settings["kafka.minInsyncReplicas"],
          retentionHours: settings["kafka.retentionHours"],
        },
        flinkOnAiven,
      }),
    postgres: () =>
      new AivenPostgres("postgres", {
        project,
        plan: settings["postgres.plan"],
        version: settings["postgres.version"],
        flinkOnAiven,
      }),
    openSearch: () =>
      new AivenOpenSearch("openSearch", {
        project,
        plan: settings["openSearch.plan"],
        version: settings["openSearch.version"],
      }),
    flink: (services) =>
      new AivenFlink("flink", {
        project,
        service:
          settings["flink.runsOn"] === "existing"
            ? { existing: settings["flink.service"] }
            : { plan: settings["flink.plan"], taskSlots: settings["flink.taskSlots"] },
        services,
        parallelism: settings["flink.parallelism"],
        startingSavepoints: settings.startingSavepoint,
      }),
  };
}
