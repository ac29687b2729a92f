import { serviceOf } from "../../connectors.ts";
import { deliveryOptions, literal, withOptions } from "../../ddl.ts";
import type { PipelineSql } from "../../pipelineSql.ts";

/** A table as a Flink application of Aiven declares it. */
export interface ApplicationTable {
  readonly createTable: string;
  /** The service whose integration fills in address and credentials; undefined if there is none. */
  readonly service: "kafka" | "postgres" | "openSearch" | undefined;
}

/** A pipeline's SQL in the form of an Aiven Flink application. */
export interface ApplicationSql {
  readonly sources: readonly ApplicationTable[];
  readonly sinks: readonly ApplicationTable[];
  /** One INSERT; Aiven accepts no SET and no statement sets. */
  readonly statement: string;
}

/** A Slack channel that Aiven's connector posts to, with the bot token for it. */
export interface SlackSink {
  /** Id of the channel, such as C0123456789. */
  readonly channel: string;
  readonly token: string;
}

/**
 * Renders a pipeline for Aiven, whose integrations fill in what is empty in sql/:
 * https://aiven.io/docs/products/flink/howto/connect-kafka and its neighbours
 *
 * @param group consumer group and prefix of transactional ids, unique in the Kafka service
 */
export function applicationSql({ tables, statement }: PipelineSql, group: string): ApplicationSql {
  const sink = nameIn(statement, /\bINSERT INTO (\w+)/);
  const rendered = tables.map((ddl) => {
    const service = serviceOf(ddl);
    const createTable = service === "kafka" ? withOptions(ddl, deliveryOptions(ddl, group)) : ddl;
    return { isSink: nameIn(ddl, /\bCREATE TABLE (\w+)/) === sink, table: { createTable, service } };
  });
  const those = (isSink: boolean) =>
    rendered.flatMap((entry) => (entry.isSink === isSink ? [entry.table] : []));
  return { sources: those(false), sinks: those(true), statement };
}

/**
 * A pipeline whose sink is Aiven's Slack connector: the column `message` of its rows is posted as it is, one message
 * per row. Both the table and everything made from it are secret because of the token.
 */
export function withSlackSink(
  { sources, statement }: Pick<ApplicationSql, "sources" | "statement">,
  { channel, token }: SlackSink,
): ApplicationSql {
  const createTable = `CREATE TABLE SLACK (
  channel_id STRING,
  message STRING
) WITH (
  'connector' = 'slack',
  'token' = ${literal(token)}
)
`;
  const select = statement.slice(statement.search(/\bSELECT\b/));
  return {
    sources,
    sinks: [{ createTable, service: undefined }],
    statement: `INSERT INTO SLACK\nSELECT ${literal(channel)}, message\nFROM (\n${select.trim()}\n)\n`,
  };
}

function nameIn(sql: string, pattern: RegExp): string {
  const name = pattern.exec(sql.replaceAll(/--.*$/gm, ""))?.[1];
  if (name === undefined) throw new Error(`this statement does not name its table:\n${sql}`);
  return name;
}
