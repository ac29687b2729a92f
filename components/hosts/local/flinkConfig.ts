import { join } from "node:path";
import {
  type ClusterSize,
  clusterConfig,
  configFile,
  type FlinkConfig,
} from "../../selfManaged/flinkCluster.ts";

export interface LocalFlinkPorts {
  readonly webPort: number;
  readonly rpcPort: number;
  readonly gatewayPort: number;
}

/**
 * The config.yaml of one of the cluster's processes; they differ in where each keeps its temporary files.
 *
 * @param directory the process's own folder
 * @param storage folder of checkpoints and savepoints, shared
 * @param own options of this process only
 */
export function flinkConfig(
  args: ClusterSize & LocalFlinkPorts,
  directory: string,
  storage: string,
  own: FlinkConfig = {},
): string {
  return configFile({
    ...addresses(args),
    ...clusterConfig(args, storage),
    ...own,
    // Relative to the process's own folder: Flink would take a comma or a colon in it for the end of a path.
    "io.tmp.dirs": "./tmp",
    "blob.storage.directory": join(directory, "blob"),
    "web.upload.dir": join(directory, "upload"),
  });
}

function addresses({ webPort, rpcPort, gatewayPort }: LocalFlinkPorts): Record<string, string | number> {
  return {
    "jobmanager.rpc.address": "127.0.0.1",
    "jobmanager.rpc.port": rpcPort,
    "jobmanager.bind-host": "127.0.0.1",
    "taskmanager.host": "127.0.0.1",
    "taskmanager.bind-host": "127.0.0.1",
    "taskmanager.resource-id": "taskmanager",
    "rest.address": "127.0.0.1",
    "rest.bind-address": "127.0.0.1",
    "rest.port": webPort,
    "sql-gateway.endpoint.rest.address": "127.0.0.1",
    "sql-gateway.endpoint.rest.bind-address": "127.0.0.1",
    "sql-gateway.endpoint.rest.port": gatewayPort,
  };
}
