import { type ClusterSize, clusterConfig, type FlinkConfig } from "../../selfManaged/flinkCluster.ts";

// Names in the stack's network, and ports there.
export const JOB_MANAGER = "flink-jobmanager";
export const TASK_MANAGER = "flink-taskmanager";
export const GATEWAY = "flink-sql-gateway";
export const WEB_PORT = 8081;
export const GATEWAY_PORT = 8083;
/** Created by flink/Dockerfile. */
export const STORAGE = "/opt/flink/storage";

/**
 * The environment of one of the cluster's containers, with its configuration in the form that the image's entry point
 * reads, which drops every blank: "1 s" arrives as "1s", which is the same to Flink.
 * Source: https://github.com/apache/flink-docker
 *
 * @param own options of this process only
 */
export function flinkConfig(size: ClusterSize, own: FlinkConfig = {}): Record<string, string> {
  const config = Object.entries({ ...ADDRESSES, ...clusterConfig(size, STORAGE), ...own });
  return { FLINK_PROPERTIES: config.map(([key, value]) => `${key}: ${value}`).join("\n") };
}

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
