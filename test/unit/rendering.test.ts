import { join } from "node:path";
import { beforeAll, describe, expect, it, vi } from "vitest";
import { type ApplicationSql, applicationSql, withSlackSink } from "../../components/hosts/aiven/flinkSql.ts";
import { pipelineSql, slackSql } from "../../components/pipelineSql.ts";
import { pipelineNames } from "../../components/pipelines.ts";
import { ResourceGraph } from "../support/resourceGraph.ts";
import { SQL_VALUES } from "../support/sqlValues.ts";

vi.mock("../../setup/jars.ts", async (original) => ({
  ...(await original<typeof import("../../setup/jars.ts")>()),
  missingJars: () => [],
}));

const snapshot = (host: string, pipeline: string) =>
  join(import.meta.dirname, "snapshots", host, `${pipeline}.sql`);
const script = (statements: readonly string[]) => statements.map((sql) => `${sql.trim()};\n`).join("\n");
const application = (name: (typeof pipelineNames)[number]) =>
  applicationSql(pipelineSql(name, SQL_VALUES, { hasReadingFormat: false }), `prod-${name}`);
const statementsOf = ({ sources, sinks, statement }: ApplicationSql) => [
  ...[...sources, ...sinks].map(({ createTable }) => createTable),
  statement,
];

describe("SQL for a Flink that Aiven does not run", () => {
  let graph: ResourceGraph;
  beforeAll(async () => {
    graph = await ResourceGraph.of({}, "local");
  });

  it.each(pipelineNames)("%s is rendered with addresses and credentials", async (name) => {
    const { tables, statement } = graph.get(`cpu-${name}`).inputs as { tables: string[]; statement: string };
    await expect(script([...tables, statement])).toMatchFileSnapshot(snapshot("selfHosted", name));
  });
});

describe("SQL for Flink on Aiven", () => {
  it.each(pipelineNames)("%s is rendered for the integrations to fill in", async (name) => {
    const sql = statementsOf(application(name));
    await expect(script(sql)).toMatchFileSnapshot(snapshot("aiven", name));
    expect(sql.filter((statement) => /^\s*SET\b/im.test(statement))).toEqual([]);
  });

  it("alerts can be posted to Slack by Aiven's connector, with the names of hosts escaped", async () => {
    const sql = applicationSql(slackSql(), "prod-slack");
    const slack = withSlackSink(sql, { channel: "C0123456789", token: "xoxb-it's" });
    await expect(script(statementsOf(slack))).toMatchFileSnapshot(snapshot("aiven", "slack"));
    expect(slack.statement).toContain("'<', '&lt;'");
    expect(slack.sinks).toEqual([
      { createTable: expect.stringContaining("'token' = 'xoxb-it''s'"), service: undefined },
    ]);
  });

  it("each table belongs to the service of its integration, and the sink is what the statement fills", () => {
    const placed = pipelineNames.map((name) => {
      const { sources, sinks } = application(name);
      return [name, sources.map(({ service }) => service), sinks.map(({ service }) => service)];
    });
    expect(placed).toEqual([
      ["filter", ["kafka"], ["kafka"]],
      ["aggregate", ["kafka"], ["kafka"]],
      ["thresholdFilter", ["kafka", "postgres"], ["kafka"]],
      ["countOverThreshold", ["kafka", "postgres"], ["postgres"]],
      ["search", ["kafka"], ["openSearch"]],
      ["notify", ["kafka", "postgres"], ["kafka"]],
      ["alerts", ["kafka", "postgres"], ["kafka"]],
      ["silent", ["kafka"], ["kafka"]],
      ["expect", ["kafka"], ["kafka"]],
      ["learned", ["kafka"], ["kafka"]],
      ["trend", ["kafka"], ["kafka"]],
      ["quarantine", ["kafka"], ["kafka"]],
      ["late", ["kafka"], ["kafka"]],
      ["heartbeat", ["kafka"], ["kafka"]],
    ]);
  });

  it("a statement without a sink is an error", () => {
    expect(() => applicationSql({ tables: [], statement: "SELECT 1" }, "job")).toThrow(
      "this statement does not name its table:\nSELECT 1",
    );
  });
});
