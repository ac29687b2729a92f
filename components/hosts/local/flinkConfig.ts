import { join } from "node:path";
import { clusterConfig } from "../../selfManaged/flinkCluster.ts";
import type { Settings } from "../../settings.ts";

/**
 * The config.yaml of one of the cluster's processes; they differ in where each keeps its temporary files.
 *
 * @param directory the process's own folder
 * @param storage folder of checkpoints and savepoints, shared
 */
export function flinkConfig(settings: Settings, directory: string, storage: string): string {
  const config = {
    ...addresses(settings),
    ...clusterConfig(settings, storage),
    // Relative to the process's own folder: Flink would take a comma or a colon in it for the end of a path.
    "io.tmp.dirs": "./tmp",
    "blob.storage.directory": join(directory, "blob"),
    "web.upload.dir": join(directory, "upload"),
  };
  return Object.entries(config)
    .map(([key, value]) => `${key}: ${JSON.stringify(value)}\n`)
    .join("");
}

function addresses(settings: Settings): Record<string, string | number> {
  return {
    "jobmanager.rpc.address": "127.0.0.1",
    "jobmanager.rpc.port": settings["flink.rpcPort"],
    "jobmanager.bind-host": "127.0.0.1",
    "taskmanager.host": "127.0.0.1",
    "taskmanager.bind-host": "127.0.0.1",
    "taskmanager.resource-id": "taskmanager",
    "rest.address": "127.0.0.1",
    "rest.bind-address": "127.0.0.1",
    "rest.port": settings["flink.webPort"],
    "sql-gateway.endpoint.rest.address": "127.0.0.1",
    "sql-gateway.endpoint.rest.bind-address": "127.0.0.1",
    "sql-gateway.endpoint.rest.port": settings["flink.gatewayPort"],
  };
}
