import * as pulumi from "@pulumi/pulumi";
import { missingJars } from "../../../setup/jars.ts";
import type { HostContext, HostServices } from "../host.ts";
import { LocalApps } from "./apps.ts";
import { LocalFlink } from "./flink.ts";
import { type StackFolders, stackFolders } from "./folders.ts";
import { LocalKafka } from "./kafka.ts";
import { jarsFor } from "./needs.ts";
import { LocalOpenSearch } from "./openSearch.ts";
import { LocalPostgres } from "./postgres.ts";
import type { definitions } from "./settings.ts";

/** @throws before anything is created, if jars are missing or a folder has a name that cannot work */
export function localServices({ settings, parts, stack }: HostContext<typeof definitions>): HostServices {
  const folders = stackFolders(settings.directory, stack);
  const supervised = settings["supervisor.enabled"];
  if (parts.includes("openSearch")) refuseComma(folders);
  requireJars(jarsFor(parts));
  const pace = {
    parallelism: settings["flink.parallelism"],
    checkpointIntervalMs: settings["flink.checkpointIntervalMs"],
  };
  return {
    kafka: () =>
      new LocalKafka("kafka", {
        port: settings["kafka.port"],
        controllerPort: settings["kafka.controllerPort"],
        topics: {
          partitions: settings["kafka.partitions"],
          retentionHours: settings["kafka.retentionHours"],
        },
        pace,
        supervised,
        folders,
      }),
    postgres: () =>
      new LocalPostgres("postgres", {
        port: settings["postgres.port"],
        parallelism: pace.parallelism,
        supervised,
        folders,
      }),
    openSearch: () =>
      new LocalOpenSearch("openSearch", {
        port: settings["openSearch.port"],
        transportPort: settings["openSearch.transportPort"],
        supervised,
        folders,
      }),
    flink: () =>
      new LocalFlink("flink", {
        webPort: settings["flink.webPort"],
        rpcPort: settings["flink.rpcPort"],
        gatewayPort: settings["flink.gatewayPort"],
        ...pace,
        heapMegabytes: settings["flink.taskManagerHeapMb"],
        freshStart: settings.freshStart,
        supervised,
        folders,
      }),
    apps: () => new LocalApps(folders, supervised),
  };
}

/** @throws before anything is created: OpenSearch would keep its data in another folder */
function refuseComma({ directory }: StackFolders): void {
  if (!directory.includes(",")) return;
  throw new pulumi.RunError(
    `OpenSearch cannot keep its data in ${directory}: it takes a comma (,) for the end of a path. Rename the folder, ` +
      "or set directory to another, or set openSearch.enabled to false and leave search out of pipelines",
  );
}

function requireJars(jars: Parameters<typeof missingJars>[0]): void {
  const missing = missingJars(jars);
  if (missing.length === 0) return;
  throw new pulumi.RunError(
    `the jars of ${missing.join(" and ")} are not installed yet: run npm run setup first`,
  );
}
