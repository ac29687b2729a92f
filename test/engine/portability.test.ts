import { describe, expect, inject, it } from "vitest";
import { SqlSession, StatementFailed } from "../../clients/flink/sqlGateway.ts";
import { withOptions } from "../../components/ddl.ts";
import { type ApplicationSql, applicationSql, withSlackSink } from "../../components/hosts/aiven/flinkSql.ts";
import { pipelineSql, slackSql } from "../../components/pipelineSql.ts";
import { type PipelineName, pipelineNames } from "../../components/pipelines.ts";
import { SQL_VALUES } from "../support/sqlValues.ts";

const application = (name: PipelineName) =>
  applicationSql(pipelineSql(name, SQL_VALUES, { hasReadingFormat: false }), `prod-${name}`);

/** The equivalents of Aiven's integrations and connectors for a Flink that has none of them. */
const INSTEAD: Readonly<Record<string, Record<string, string>>> = {
  kafka: { "properties.bootstrap.servers": "127.0.0.1:1" },
  postgres: { url: "jdbc:postgresql://127.0.0.1:1/postgres" },
  openSearch: { connector: "opensearch-2", hosts: "http://127.0.0.1:1" },
};

/** Has the real Flink parse and plan an application, as Aiven's does when a version is created. */
async function plan({ sources, sinks, statement }: ApplicationSql): Promise<string> {
  return SqlSession.with(inject("services").flink.gatewayUrl, {}, async (session) => {
    for (const { createTable, service } of [...sources, ...sinks]) {
      const ddl =
        service === undefined
          ? createTable.replace(/ WITH \([\s\S]*\)\s*$/, " WITH ('connector' = 'blackhole')")
          : withOptions(createTable, INSTEAD[service] ?? {});
      await session.execute(ddl);
    }
    const [[text] = []] = await session.execute(`EXPLAIN ${statement}`);
    return String(text);
  });
}

describe("Flink accepts the SQL rendered for Aiven", () => {
  it.each(pipelineNames)("%s", async (name) => {
    expect(await plan(application(name))).toContain("== Optimized Execution Plan ==");
  });

  it("of alerts for Aiven's Slack connector", async () => {
    const slack = withSlackSink(applicationSql(slackSql(), "prod-slack"), {
      channel: "C0123456789",
      token: "xoxb-1",
    });
    expect(await plan(slack)).toMatch(/Sink\(table=\[.*SLACK\], fields=\[EXPR\$0, message\]\)/);
  });

  it("Flink refuses a statement that it does not understand", async () => {
    const { statement, ...tables } = application("filter");
    const broken = { ...tables, statement: statement.replace("usage > 80", "usage > eighty") };
    await expect(plan(broken)).rejects.toThrow(StatementFailed);
  });
});
