import type { SqlJobInputs } from "../../provider/flink/sqlJobInputs.ts";
import type { FlinkStandIn } from "./flinkStandIn.ts";

/** Inputs of a job that a stand-in for Flink accepts. */
export const standInJob = ({ url }: FlinkStandIn, inputs: Partial<SqlJobInputs> = {}): SqlJobInputs => ({
  gatewayUrl: url,
  jobManagerUrl: url,
  job: "acme-filter",
  owner: "ours",
  tables: [readingTopic("readings"), "CREATE TABLE sink (v BIGINT)"],
  statement: "INSERT INTO sink SELECT v FROM source",
  settings: {},
  parallelism: 1,
  incarnation: "",
  freshStart: false,
  freshStartSetting: "the setting freshStart: [filter]",
  ...inputs,
});

/** The table `source`, on a topic. */
export const readingTopic = (topic: string) =>
  `CREATE TABLE source (v BIGINT) WITH ('topic' = '${topic}', 'scan.startup.mode' = 'group-offsets')`;
