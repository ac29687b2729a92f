import { join, resolve } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { missingJars } from "../setup/jars.ts";
import { AivenFlink } from "./aiven/flink.ts";
import { AivenKafka } from "./aiven/kafka.ts";
import { AivenOpenSearch } from "./aiven/openSearch.ts";
import { AivenPostgres } from "./aiven/postgres.ts";
import { AivenProject } from "./aiven/project.ts";
import { GatewayFlink } from "./gateway/flink.ts";
import { LocalFlink } from "./local/flink.ts";
import { projectDirectory, StackFolders } from "./local/folders.ts";
import { LocalKafka } from "./local/kafka.ts";
import { needsOf } from "./local/needs.ts";
import { LocalOpenSearch } from "./local/openSearch.ts";
import { LocalPostgres } from "./local/postgres.ts";
import type { FlinkRuntime, KafkaCluster, OpenSearchCluster, PostgresDatabase } from "./services.ts";
import { ON_AIVEN } from "./settings/flink.ts";
import type { Settings } from "./settings.ts";

export interface Services {
  readonly kafka: KafkaCluster;
  readonly postgres: PostgresDatabase;
  readonly openSearch: OpenSearchCluster | undefined;
  readonly flink: FlinkRuntime;
}

/**
 * The services of a stack, each run by whom its setting `runsOn` names.
 *
 * @param aivenToken for Aiven's API, where it is needed
 * @throws when the jars that this machine needs for it are not installed yet
 */
export function servicesOf(
  settings: Settings,
  folders: StackFolders,
  aivenToken: string | undefined,
): Services {
  requireJars(settings);
  const local = { settings, folders };
  const flinkOnAiven = ON_AIVEN.includes(settings["flink.runsOn"]);
  const project = new AivenProject(settings, aivenToken);
  const aiven = { settings, project, flinkOnAiven };

  const kafka =
    settings["kafka.runsOn"] === "aiven" ? new AivenKafka("kafka", aiven) : new LocalKafka("kafka", local);
  const postgres =
    settings["postgres.runsOn"] === "aiven"
      ? new AivenPostgres("postgres", aiven)
      : new LocalPostgres("postgres", local);
  const openSearch = settings["openSearch.enabled"]
    ? settings["openSearch.runsOn"] === "aiven"
      ? new AivenOpenSearch("openSearch", aiven)
      : new LocalOpenSearch("openSearch", local)
    : undefined;
  const flink = {
    local: () => new LocalFlink("flink", local),
    gateway: () => new GatewayFlink("flink", { settings }),
    managed: () => new AivenFlink("flink", { ...aiven, services: { kafka, postgres, openSearch } }),
    existing: () => new AivenFlink("flink", { ...aiven, services: { kafka, postgres, openSearch } }),
  }[settings["flink.runsOn"]]();
  return { kafka, postgres, openSearch, flink };
}

/** Where a stack keeps data and logs of what runs on this machine. */
export function stackFolders(settings: Settings, stack: string): StackFolders {
  return new StackFolders(join(resolve(projectDirectory, settings.directory), stack));
}

function requireJars(settings: Settings): void {
  const { jars } = needsOf(settings);
  const missing = missingJars(jars);
  if (missing.length === 0) return;
  throw new pulumi.RunError(
    `the jars of ${missing.join(" and ")} are not installed yet: run npm run setup first`,
  );
}
