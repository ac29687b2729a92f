import { join, resolve } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { projectDirectory } from "../../lib/paths.ts";
import { missingJars } from "../../setup/jars.ts";
import type {
  AppHost,
  AppName,
  FlinkRuntime,
  KafkaCluster,
  OpenSearchCluster,
  PostgresDatabase,
} from "../contract.ts";
import { generatorOn, onDocker } from "../settings/dockerRules.ts";
import { ON_AIVEN } from "../settings/flink.ts";
import type { Settings } from "../settings.ts";
import { AivenFlink } from "./aiven/flink.ts";
import { AivenKafka } from "./aiven/kafka.ts";
import { AivenOpenSearch } from "./aiven/openSearch.ts";
import { AivenPostgres } from "./aiven/postgres.ts";
import { AivenProject } from "./aiven/project.ts";
import { DockerApps } from "./docker/apps.ts";
import { DockerFlink } from "./docker/flink.ts";
import { DockerHost } from "./docker/host.ts";
import { DockerKafka } from "./docker/kafka.ts";
import { DockerOpenSearch } from "./docker/openSearch.ts";
import { DockerPostgres } from "./docker/postgres.ts";
import { GatewayFlink } from "./gateway/flink.ts";
import { LocalApps } from "./local/apps.ts";
import { LocalFlink } from "./local/flink.ts";
import { StackFolders } from "./local/folders.ts";
import { LocalKafka } from "./local/kafka.ts";
import { needsOf } from "./local/needs.ts";
import { LocalOpenSearch } from "./local/openSearch.ts";
import { LocalPostgres } from "./local/postgres.ts";

export interface Services {
  readonly kafka: KafkaCluster;
  readonly postgres: PostgresDatabase;
  readonly openSearch: OpenSearchCluster | undefined;
  readonly flink: FlinkRuntime;
  /** What runs each app. */
  readonly apps: Readonly<Record<AppName, AppHost>>;
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
  refuseComma(settings, folders);
  requireJars(settings);
  const local = { settings, folders };
  const flinkOnAiven = ON_AIVEN.includes(settings["flink.runsOn"]);
  const project = new AivenProject(settings, aivenToken);
  const aiven = { settings, project, flinkOnAiven };
  const docker = dockerHost(settings);

  const kafka = {
    local: () => new LocalKafka("kafka", local),
    docker: () => new DockerKafka("kafka", docker()),
    aiven: () => new AivenKafka("kafka", aiven),
  }[settings["kafka.runsOn"]]();
  const postgres = {
    local: () => new LocalPostgres("postgres", local),
    docker: () => new DockerPostgres("postgres", docker()),
    aiven: () => new AivenPostgres("postgres", aiven),
  }[settings["postgres.runsOn"]]();
  const openSearch = settings["openSearch.enabled"]
    ? {
        local: () => new LocalOpenSearch("openSearch", local),
        docker: () => new DockerOpenSearch("openSearch", docker()),
        aiven: () => new AivenOpenSearch("openSearch", aiven),
      }[settings["openSearch.runsOn"]]()
    : undefined;
  const flink = {
    local: () => new LocalFlink("flink", local),
    docker: () => new DockerFlink("flink", docker()),
    gateway: () => new GatewayFlink("flink", { settings }),
    managed: () => new AivenFlink("flink", { ...aiven, services: { kafka, postgres, openSearch } }),
    existing: () => new AivenFlink("flink", { ...aiven, services: { kafka, postgres, openSearch } }),
  }[settings["flink.runsOn"]]();
  const localApps = new LocalApps(folders);
  const dockerApps = onDocker(settings).length > 0 ? new DockerApps(docker()) : localApps;
  const apps = {
    generator: generatorOn(settings) === "docker" ? dockerApps : localApps,
    notifier: settings["notifier.runsOn"] === "docker" ? dockerApps : localApps,
  };
  return { kafka, postgres, openSearch, flink, apps };
}

/** The Docker engine of a stack, which is there once anything asks for it. */
function dockerHost(settings: Settings) {
  let host: DockerHost | undefined;
  return () => {
    host ??= new DockerHost("docker", { settings });
    return { settings, host };
  };
}

/** Where a stack keeps data and logs of what runs on this machine. */
export function stackFolders(settings: Settings, stack: string): StackFolders {
  return new StackFolders(join(resolve(projectDirectory, settings.directory), stack));
}

/** @throws before anything is created: OpenSearch would keep its data in another folder */
function refuseComma(settings: Settings, { directory }: StackFolders): void {
  const isHere = settings["openSearch.enabled"] && settings["openSearch.runsOn"] === "local";
  if (!isHere || !directory.includes(",")) return;
  throw new pulumi.RunError(
    `OpenSearch cannot keep its data in ${directory}: it takes a comma (,) for the end of a path. Rename the folder, ` +
      "or set directory to another, or set openSearch.enabled to false and leave search out of pipelines",
  );
}

function requireJars(settings: Settings): void {
  const { jars } = needsOf(settings);
  const missing = missingJars(jars);
  if (missing.length === 0) return;
  throw new pulumi.RunError(
    `the jars of ${missing.join(" and ")} are not installed yet: run npm run setup first`,
  );
}
