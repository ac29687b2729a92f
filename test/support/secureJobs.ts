import type { KafkaConnection } from "../../clients/kafka.ts";
import type { PostgresConnection } from "../../clients/postgres.ts";
import { deliveryOptions, readOptions, withOptions } from "../../components/ddl.ts";
import { type PipelineName, pipelineOf, pipelineSql } from "../../components/pipelines.ts";
import { jdbcOptions, kafkaOptions } from "../../components/selfHosted/tableOptions.ts";
import type { SqlJobInputs } from "../../provider/flink/sqlJob.ts";
import { uniqueName } from "./names.ts";
import { sqlJob } from "./sqlJobs.ts";

/** A pipeline of the catalogue as a job on the shared Flink, with services of the test's own. */
export function pipelineJob(
  name: PipelineName,
  services: { readonly kafka: KafkaConnection; readonly postgres: PostgresConnection },
): SqlJobInputs {
  const { tables, statement } = pipelineSql(pipelineOf(name), {});
  const job = uniqueName(name);
  const connected = (ddl: string) =>
    readOptions(ddl).connector === "jdbc"
      ? withOptions(ddl, jdbcOptions(services.postgres))
      : withOptions(ddl, { ...kafkaOptions(services.kafka), ...deliveryOptions(ddl, job) });
  const settings = { "table.local-time-zone": "UTC" };
  return sqlJob({ job, statement, tables: tables.map(connected), settings });
}
