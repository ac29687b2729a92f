import { boolean, port } from "../../settings/types.ts";

/** Ports on this machine that no client of the stack uses, and the supervisor. */
export const definitions = {
  "kafka.controllerPort": port(29093, "Port of the Kafka controller on this machine"),
  "openSearch.transportPort": port(
    29300,
    "Port at which OpenSearch nodes would talk to each other on this machine",
  ),
  "supervisor.enabled": boolean({
    default: true,
    description: "Whether processes that die on this machine are restarted automatically, without up",
  }),
  "flink.rpcPort": port(26123, "Port at which the JobManager talks to TaskManagers on this machine"),
} as const;
