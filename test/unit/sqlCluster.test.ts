import * as pulumi from "@pulumi/pulumi";
import { beforeAll, expect, it } from "vitest";
import type { OpenSearchCluster, PipelineArgs } from "../../components/contract.ts";
import { readOptions } from "../../components/ddl.ts";
import { SqlCluster } from "../../components/selfManaged/sqlCluster.ts";

const sink = `CREATE TABLE s (a STRING, PRIMARY KEY (a) NOT ENFORCED)
  WITH ('connector' = 'elasticsearch-7', 'hosts' = '', 'index' = 'readings')`;
const connection = { url: "http://127.0.0.1:9290", username: "streaming", password: "secret" };

beforeAll(() =>
  pulumi.runtime.setMocks({
    newResource: ({ name, inputs }) => ({ id: name, state: inputs }),
    call: () => ({}),
  }),
);

/** The tables of the job for a pipeline with one table in OpenSearch. */
function tablesOf(openSearch: { openSearch?: OpenSearchCluster }): Promise<string[]> {
  const cluster = new SqlCluster(
    "flink",
    { gatewayUrl: "", jobManagerUrl: "", parallelism: 1, incarnation: "", freshStart: [] },
    {},
  );
  const unused = { connection: () => pulumi.output(undefined) } as never;
  const args: PipelineArgs = {
    pipeline: "search",
    group: "test-search",
    tables: [sink],
    statement: "INSERT INTO s SELECT '1'",
    kafka: unused,
    postgres: unused,
    ...openSearch,
  };
  const job = cluster.runPipeline("search", args, {}) as unknown as { tables: pulumi.Output<string[]> };
  return new Promise((resolve) => job.tables.apply(resolve));
}

it("a table in OpenSearch gets the connector, the address and the login of the stack's own OpenSearch", async () => {
  const openSearch = { connection: () => pulumi.output(connection) } as unknown as OpenSearchCluster;
  const [table = ""] = await tablesOf({ openSearch });
  expect(readOptions(table)).toMatchObject({
    connector: "opensearch-2",
    hosts: "http://127.0.0.1:9290",
    username: "streaming",
    password: "secret",
    index: "readings",
  });
});

it("a table in OpenSearch causes an error for the pipeline if the stack has no OpenSearch", async () => {
  await expect(async () => tablesOf({})).rejects.toThrow(
    "the pipeline search writes to OpenSearch, and this stack has none",
  );
});
