import type { HostContext, HostServices } from "../host.ts";
import { engineOf } from "./address.ts";
import { DockerApps } from "./apps.ts";
import { DockerFlink } from "./flink.ts";
import { DockerHost } from "./host.ts";
import { DockerKafka } from "./kafka.ts";
import { DockerOpenSearch } from "./openSearch.ts";
import { DockerPostgres } from "./postgres.ts";
import type { definitions } from "./settings.ts";

export function dockerServices({ settings }: HostContext<typeof definitions>): HostServices {
  let engine: DockerHost | undefined;
  // Created when first asked for.
  const host = () => {
    engine ??= new DockerHost("docker", { engine: engineOf(settings["docker.host"]) });
    return engine;
  };
  let apps: DockerApps | undefined;
  const pace = {
    parallelism: settings["flink.parallelism"],
    checkpointIntervalMs: settings["flink.checkpointIntervalMs"],
  };
  return {
    kafka: () =>
      new DockerKafka("kafka", {
        host: host(),
        image: settings["docker.kafkaImage"],
        port: settings["kafka.port"],
        topics: {
          partitions: settings["kafka.partitions"],
          retentionHours: settings["kafka.retentionHours"],
        },
        pace,
      }),
    postgres: () =>
      new DockerPostgres("postgres", {
        host: host(),
        image: settings["docker.postgresImage"],
        port: settings["postgres.port"],
        parallelism: pace.parallelism,
      }),
    openSearch: () =>
      new DockerOpenSearch("openSearch", {
        host: host(),
        image: settings["docker.openSearchImage"],
        port: settings["openSearch.port"],
      }),
    flink: () =>
      new DockerFlink("flink", {
        host: host(),
        flinkImage: settings["docker.flinkImage"],
        mavenImage: settings["docker.mavenImage"],
        webPort: settings["flink.webPort"],
        gatewayPort: settings["flink.gatewayPort"],
        taskManagers: settings["docker.taskManagers"],
        ...pace,
        heapMegabytes: settings["flink.taskManagerHeapMb"],
        freshStart: settings.freshStart,
      }),
    apps: () => {
      apps ??= new DockerApps({ host: host(), nodeImage: settings["docker.nodeImage"] });
      return apps;
    },
  };
}
