import { boolean, text } from "../../settings/types.ts";

const url = (description: string) =>
  text({
    default: "",
    description,
    allowed: "an address without a login, such as http://flink.example.com:8081",
    // A login would not be sent, and would stay readable in the settings and outputs.
    pattern: /^(https?:\/\/[^\s/?#@]+\/?)?$/,
  });

/** Where the cluster is, and what it has. */
export const definitions = {
  "flink.gatewayUrl": url("Address of the SQL Gateway, if flink.runsOn is gateway"),
  "flink.webUrl": url("Address of the JobManager's web UI and REST API, if flink.runsOn is gateway"),
  "flink.hasReadingFormat": boolean({
    default: false,
    description:
      "Whether the jar of flink/reading is on the cluster that flink.gatewayUrl names, which makes reading several times as fast",
  }),
} as const;
