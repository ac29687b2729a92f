import { text } from "../../settings/types.ts";

const url = (description: string) =>
  text({
    default: "",
    description,
    allowed: "an address such as http://flink.example.com:8081",
    pattern: /^(https?:\/\/[^\s/?#]+\/?)?$/,
  });

/** Where the cluster is. */
export const definitions = {
  "flink.gatewayUrl": url("Address of the SQL Gateway, if flink.runsOn is gateway"),
  "flink.webUrl": url("Address of the JobManager's web UI and REST API, if flink.runsOn is gateway"),
} as const;
