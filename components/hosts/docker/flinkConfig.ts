import {
  type ClusterSize,
  clusterConfig,
  configFile,
  type FlinkConfig,
} from "../../selfManaged/flinkCluster.ts";

// Names in the stack's network, and ports there.
export const JOB_MANAGER = "flink-jobmanager";
export const TASK_MANAGER = "flink-taskmanager";
export const GATEWAY = "flink-sql-gateway";
export const WEB_PORT = 8081;
export const GATEWAY_PORT = 8083;
/** Where Flink is in its image. */
export const HOME = "/opt/flink";
/** Created by flink/Dockerfile. */
export const STORAGE = `${HOME}/storage`;

/**
 * The config.yaml of one of the cluster's containers.
 *
 * @param own options of this process only
 */
export const flinkConfig = (size: ClusterSize, own: FlinkConfig = {}): string =>
  configFile({ ...ADDRESSES, ...clusterConfig(size, STORAGE), ...own });

const ADDRESSES: FlinkConfig = {
  "jobmanager.rpc.address": JOB_MANAGER,
  "jobmanager.bind-host": "0.0.0.0",
  "rest.address": JOB_MANAGER,
  "rest.bind-address": "0.0.0.0",
  "rest.port": WEB_PORT,
  "sql-gateway.endpoint.rest.address": GATEWAY,
  "sql-gateway.endpoint.rest.bind-address": "0.0.0.0",
  "sql-gateway.endpoint.rest.port": GATEWAY_PORT,
};
