import { describe, expect, it } from "vitest";
import { madeByOf, namesOf, schemaOf } from "../../components/names.ts";

const DEFAULTS = {
  "names.prefix": "",
  "postgres.schema": "",
  "source.topic": "readings",
  "source.existing": false,
};

describe("the schema of a stack's tables in an existing PostgreSQL", () => {
  it.each([
    ["demo", "demo"],
    ["_Team.A-1", "team_a_1"],
    ["pg", "pg"],
    ["pgvector", "pgvector"],
    ["a".repeat(63), "a".repeat(63)],
    ["pg-cpu", "_pg_cpu"],
    ["PG.cpu", "_pg_cpu"],
    ["a".repeat(64), "a".repeat(63)],
    [`pg_${"a".repeat(60)}`, `_pg_${"a".repeat(59)}`],
  ])("is named after the stack as PostgreSQL accepts it: %s", (stack, schema) => {
    expect(schemaOf(DEFAULTS, stack)).toBe(schema);
    const names = namesOf(DEFAULTS, stack, () => true);
    expect(names.table("cpu_thresholds")).toBe(`${schema}.cpu_thresholds`);
  });

  it("is the one that the settings name", () => {
    expect(schemaOf({ ...DEFAULTS, "postgres.schema": "analytics" }, "pg-cpu")).toBe("analytics");
  });

  it("bears the mark of the one stack that made it, even if another has the same", () => {
    const [one, two] = [`${"a".repeat(63)}1`, `${"a".repeat(63)}2`];
    expect(schemaOf(DEFAULTS, one)).toBe(schemaOf(DEFAULTS, two));
    expect(madeByOf(one)).not.toBe(madeByOf(two));
  });
});
