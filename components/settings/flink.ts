import { savepoints } from "./structuredTypes.ts";
import { integer, oneOf, plan, port, text } from "./types.ts";

/** Who runs Flink, and that is Aiven. */
export const ON_AIVEN: readonly string[] = ["managed", "existing"];

const url = (description: string) =>
  text({
    default: "",
    description,
    allowed: "an address such as http://flink.example.com:8081",
    pattern: /^(https?:\/\/[^\s/?#]+\/?)?$/,
  });

export const flink = {
  "flink.runsOn": oneOf({
    default: "local",
    description:
      "Who runs Flink: local is this machine, docker containers, managed a service that is created on Aiven, existing one that is there on Aiven and stays as it is, gateway any other Flink 1.20 cluster, through its SQL Gateway",
    of: ["local", "docker", "managed", "existing", "gateway"],
  }),
  "flink.webPort": port(28081, "Port of Flink's web UI and REST API on this machine"),
  "flink.rpcPort": port(26123, "Port at which the JobManager talks to TaskManagers on this machine"),
  "flink.gatewayPort": port(28083, "Port of Flink's SQL Gateway on this machine"),
  "flink.gatewayUrl": url("Address of the SQL Gateway, where flink.runsOn is gateway"),
  "flink.webUrl": url("Address of the JobManager's web UI and REST API, where flink.runsOn is gateway"),
  "flink.plan": plan("business-4", "Plan of Flink, where flink.runsOn is managed"),
  "flink.service": text({
    default: "",
    description: "Name of the Flink service in the Aiven project, where flink.runsOn is existing",
    allowed: "the name of a service, such as demo-flink",
    pattern: /^([a-z][a-z0-9-]{0,63})?$/,
  }),
  "flink.taskManagers": integer({
    default: 3,
    description: "TaskManagers of Flink on Aiven: the nodes of its plan",
    min: 1,
    max: 100,
  }),
  "flink.taskSlots": integer({
    default: 4,
    description:
      "Task slots of each TaskManager on Aiven; all together must do for the pipelines times flink.parallelism",
    min: 1,
    max: 1024,
  }),
  "flink.parallelism": integer({
    default: 1,
    description: "Parallel tasks of each pipeline",
    min: 1,
    max: 16,
  }),
  "flink.checkpointIntervalMs": integer({
    default: 1000,
    description:
      "Time between checkpoints in ms on this machine; results become visible to readers at a checkpoint",
    min: 100,
    max: 600000,
  }),
  startingSavepoint: savepoints({
    default: {},
    description:
      "Id of the savepoint that a pipeline starts from on Aiven, by pipeline; Aiven keeps one where a deployment was stopped by hand",
  }),
} as const;
