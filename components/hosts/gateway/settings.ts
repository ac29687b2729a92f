import { boolean, url } from "../../settings/types.ts";

const server = (description: string) =>
  url({
    default: "",
    description,
    allowed:
      "an address without a login and without a path, such as http://flink.example.com:8081 (ports: 1 to 65535)",
    // A login would not be sent, and would stay readable in the settings and outputs.
    pattern: /^(https?:\/\/[^\s/?#@]+\/?)?$/,
  });

/** Where the cluster is, and what it has. */
export const definitions = {
  "flink.gatewayUrl": server("Address of the SQL Gateway, if flink.runsOn is gateway"),
  "flink.webUrl": server("Address of the JobManager's web UI and REST API, if flink.runsOn is gateway"),
  "flink.hasReadingFormat": boolean({
    default: false,
    description:
      "Whether the jar of flink/reading is on the cluster that flink.gatewayUrl names, which makes reading several times as fast",
  }),
} as const;
