import * as pulumi from "@pulumi/pulumi";
import { MockMonitor } from "@pulumi/pulumi/runtime/mocks.js";
import { describe, expect, it, vi } from "vitest";
import { serviceOf } from "../../components/connectors.ts";
import { ResourceGraph } from "../support/resourceGraph.ts";

vi.mock("../../setup/jars.ts", async (original) => ({
  ...(await original<typeof import("../../setup/jars.ts")>()),
  missingJars: () => [],
}));

let connector = "'connector' = 'kafka'";
vi.mock("../../components/pipelineSql.ts", async (original) => {
  const module = await original<typeof import("../../components/pipelineSql.ts")>();
  return {
    ...module,
    pipelineSql: (...args: Parameters<typeof module.pipelineSql>) => {
      const { tables, statement } = module.pipelineSql(...args);
      return { statement, tables: tables.map((ddl) => ddl.replace("'connector' = 'kafka'", connector)) };
    },
  };
});

const table = (option: string) =>
  `-- CREATE TABLE of a test.\nCREATE TABLE CPU_IN (a STRING) WITH (${option})`;

describe("the connector of a table", () => {
  it.each([
    ["kafka", "kafka"],
    ["upsert-kafka", "kafka"],
    ["jdbc", "postgres"],
    ["elasticsearch-7", "openSearch"],
  ])("%s reaches the service %s", (name, service) => {
    expect(serviceOf(table(`'connector' = '${name}'`))).toBe(service);
  });

  it.each(["kafak", "KAFKA", "toString", ""])(
    "%j is refused with the connectors that are allowed",
    (name) => {
      expect(() => serviceOf(table(`'connector' = '${name}'`))).toThrow(
        `the table CPU_IN in sql/flink/tables has the connector "${name}"; allowed are kafka, upsert-kafka, jdbc, elasticsearch-7`,
      );
    },
  );

  it("must exist", () => {
    expect(() => serviceOf(table("'topic' = 'readings'"))).toThrow(
      "the table CPU_IN in sql/flink/tables has no connector; allowed are kafka",
    );
  });

  it("is checked before the program creates anything", async () => {
    connector = "'connector' = 'kafak'";
    const register = vi.spyOn(MockMonitor.prototype, "registerResource");
    await expect(ResourceGraph.of({}, "local")).rejects.toThrow('has the connector "kafak"');
    await pulumi.runtime.disconnect();
    expect(register).not.toHaveBeenCalled();
  });
});
