import { SqlSession } from "../../clients/flink/sqlGateway.ts";
import { deliveryOptions, isSource, readOptions, withOptions } from "../../components/ddl.ts";
import { pipelineSql } from "../../components/pipelineSql.ts";
import type { PipelineName } from "../../components/pipelines.ts";
import { jobSettings } from "../../components/selfManaged/sqlCluster.ts";
import { jdbcOptions, kafkaOptions } from "../../components/selfManaged/tableOptions.ts";
import { SQL_VALUES } from "../../test/support/sqlValues.ts";
import type { Cluster } from "./cluster.ts";
import { createTopic } from "./readings.ts";

export interface RunOptions {
  /** Topic of the readings. */
  readonly topic: string;
  /** False for the SQL form. */
  readonly hasReadingFormat?: boolean;
}

let runs = 0;

/**
 * Starts a pipeline that reads a topic from its beginning and writes to its own result topics.
 *
 * @returns its consumer group, and its job's id
 */
export async function startPipeline(
  name: PipelineName,
  { gatewayUrl, kafka, postgres }: Cluster,
  { topic, hasReadingFormat = true }: RunOptions,
): Promise<{ group: string; job: string }> {
  const { tables, statement } = pipelineSql(name, SQL_VALUES, { hasReadingFormat });
  const group = `bench-${++runs}-${name}`;
  return SqlSession.with(gatewayUrl, jobSettings(), async (session) => {
    for (const ddl of tables) await session.execute(await connected(ddl));
    const [[job] = []] = await session.execute(statement);
    return { group, job: String(job) };
  });

  async function connected(ddl: string): Promise<string> {
    const { connector, topic: output } = readOptions(ddl);
    if (connector === "jdbc") return withOptions(ddl, jdbcOptions(postgres, group));
    const options = { ...kafkaOptions(kafka), ...deliveryOptions(ddl, group) };
    if (isSource(ddl)) return withOptions(ddl, { ...options, topic });
    const results = `bench_${output}`;
    await createTopic(kafka, results, 1);
    return withOptions(ddl, { ...options, topic: results });
  }
}
