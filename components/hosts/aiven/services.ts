import { AivenClient } from "../../../clients/aiven/client.ts";
import { madeByOf, schemaOf } from "../../names.ts";
import { SettingsError } from "../../settings/settingsError.ts";
import type { HostContext, HostServices } from "../host.ts";
import { ExistingOpenSearch } from "./existingOpenSearch.ts";
import { ExistingPostgres } from "./existingPostgres.ts";
import { AivenFlink } from "./flink.ts";
import { AivenKafka } from "./kafka.ts";
import { chooseKafka, type KafkaChoice, kafkaMarket } from "./kafkaType.ts";
import { type Observer, observersOf } from "./observers.ts";
import { AivenOpenSearch } from "./openSearch.ts";
import { AivenPostgres } from "./postgres.ts";
import { AivenProject } from "./project.ts";
import { EXISTING, mayNotify } from "./rules.ts";
import { optionsOf } from "./serviceOptions.ts";
import type { definitions } from "./settings.ts";
import { aivenToken } from "./token.ts";
import { userPrefix } from "./userNames.ts";

/** @throws SettingsError if Aiven does not have the configured Kafka */
export async function aivenServices(context: HostContext<typeof definitions>): Promise<HostServices> {
  const { settings, parts, stack } = context;
  const token = await aivenToken(context);
  const chosen = await kafkaOf(context, token);
  const flinkOnAiven = parts.includes("flink");
  const project = new AivenProject({
    name: settings["aiven.project"],
    cloud: settings["aiven.cloud"],
    prefix: settings["aiven.prefix"],
    protect: settings["aiven.protected"],
    allowedNetworks: settings["aiven.allowedNetworks"],
    vpc: settings["aiven.vpc"],
    maintenance: settings["aiven.maintenanceWindow"],
    observers: await observersFor(context, token),
    tags: settings["aiven.tags"],
    credentials: settings["aiven.credentials"],
    ownPrefix: userPrefix(settings, stack),
    token,
  });
  return {
    kafka: () =>
      new AivenKafka("kafka", {
        project,
        type: chosen.type,
        service:
          settings["kafka.runsOn"] === EXISTING
            ? { existing: settings["kafka.service"] }
            : { plan: chosen.plan, version: settings["kafka.version"] },
        options: optionsOf(settings, "kafka"),
        authentication: settings["kafka.authentication"],
        topics: {
          partitions: settings["kafka.partitions"],
          replicationFactor: settings["kafka.replicationFactor"],
          minInsyncReplicas: settings["kafka.minInsyncReplicas"],
          retentionHours: settings["kafka.retentionHours"],
          tags: settings["kafka.topicTags"],
        },
        flinkOnAiven,
      }),
    postgres: () =>
      settings["postgres.runsOn"] === EXISTING
        ? new ExistingPostgres("postgres", {
            project,
            existing: settings["postgres.service"],
            database: settings["postgres.database"],
            schema: schemaOf(settings, stack),
            madeBy: madeByOf(stack),
            flinkOnAiven,
            notifier: mayNotify(settings),
          })
        : new AivenPostgres("postgres", {
            project,
            plan: settings["postgres.plan"],
            version: settings["postgres.version"],
            options: optionsOf(settings, "postgres"),
            flinkOnAiven,
          }),
    openSearch: () =>
      settings["openSearch.runsOn"] === EXISTING
        ? new ExistingOpenSearch("openSearch", {
            project,
            existing: settings["openSearch.service"],
            madeBy: madeByOf(stack),
          })
        : new AivenOpenSearch("openSearch", {
            project,
            plan: settings["openSearch.plan"],
            version: settings["openSearch.version"],
            options: optionsOf(settings, "openSearch"),
          }),
    flink: (services) =>
      new AivenFlink("flink", {
        project,
        service:
          settings["flink.runsOn"] === EXISTING
            ? { existing: settings["flink.service"] }
            : {
                plan: settings["flink.plan"],
                taskSlots: settings["flink.taskSlots"],
                userConfig: settings["flink.userConfig"],
              },
        services,
        parallelism: settings["flink.parallelism"],
        startingSavepoints: settings.startingSavepoint,
      }),
  };
}

async function observersFor(
  { settings }: HostContext<typeof definitions>,
  token: string | undefined,
): Promise<readonly Observer[]> {
  const { observers, problems } = await observersOf(settings, new AivenClient(token ?? ""));
  if (problems.length > 0) throw new SettingsError([...problems]);
  return observers;
}

const CLASSIC: KafkaChoice = { type: "classic", plan: "" };

async function kafkaOf(
  context: HostContext<typeof definitions>,
  token: string | undefined,
): Promise<KafkaChoice> {
  if (!context.parts.includes("kafka")) return CLASSIC;
  const project = context.settings["aiven.project"];
  const market = kafkaMarket(new AivenClient(token ?? ""), project);
  const { choice, problems } = await chooseKafka(context, market);
  if (choice === undefined || problems.length > 0) throw new SettingsError(problems);
  return choice;
}
