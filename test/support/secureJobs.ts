import { JobManager } from "../../clients/flink/jobManager.ts";
import type { KafkaConnection } from "../../clients/kafka/client.ts";
import type { PostgresConnection } from "../../clients/postgres/connection.ts";
import { deliveryOptions, readOptions, withOptions } from "../../components/ddl.ts";
import { type Decoding, pipelineSql } from "../../components/pipelineSql.ts";
import type { PipelineName } from "../../components/pipelines.ts";
import { jdbcOptions, kafkaOptions } from "../../components/selfManaged/tableOptions.ts";
import { serviceProblem } from "../../provider/flink/serviceProblem.ts";
import type { SqlJobInputs } from "../../provider/flink/sqlJobInputs.ts";
import { uniqueName } from "./names.ts";
import { create, sqlJob } from "./sqlJobs.ts";
import { SQL_VALUES } from "./sqlValues.ts";
import { until } from "./topics.ts";

/** A pipeline of the catalogue as a job on the shared Flink, with the test's own services. */
export function pipelineJob(
  name: PipelineName,
  services: { readonly kafka: KafkaConnection; readonly postgres: PostgresConnection },
  values: Readonly<Record<string, unknown>> = SQL_VALUES,
  decoding: Partial<Decoding> = {},
): SqlJobInputs {
  const { tables, statement } = pipelineSql(name, values, decoding);
  const job = uniqueName(name);
  const connected = (ddl: string) =>
    readOptions(ddl).connector === "jdbc"
      ? withOptions(ddl, jdbcOptions(services.postgres, "test"))
      : withOptions(ddl, { ...kafkaOptions(services.kafka), ...deliveryOptions(ddl, job) });
  const settings = { "table.local-time-zone": "UTC" };
  return sqlJob({ job, statement, tables: tables.map(connected), settings });
}

/**
 * Creates a job that cannot work, and cancels it.
 *
 * @returns the error message: from its creation, or from a later failure, at the first row or on a slow machine
 */
export async function problemOf(inputs: SqlJobInputs): Promise<string> {
  let jobId: string;
  try {
    ({ jobId } = await create(inputs));
  } catch (error) {
    return (error as Error).message.replace(`job ${inputs.job} does not run: `, "");
  }
  const jobManager = new JobManager(inputs.jobManagerUrl);
  let traces: string[] = [];
  await until(async () => {
    traces = (await jobManager.failures(jobId)).map(({ trace }) => trace);
    return traces.length > 0;
  }, `a failure of ${inputs.job}`);
  await jobManager.cancel(jobId);
  return serviceProblem(traces[0] ?? "", inputs.tables) ?? `no words for ${traces[0]}`;
}
