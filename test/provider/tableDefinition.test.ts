import { afterAll, afterEach, describe, expect, inject, it, vi } from "vitest";
import { withPostgres } from "../../clients/postgres/client.ts";
import type { TableInputs } from "../../provider/postgres/definition.ts";
import { tableHandler } from "../../provider/postgres/table.ts";
import { uniqueName } from "../support/names.ts";
import { failureOf } from "../support/sqlJobs.ts";

const connection = inject("services").postgres;
const made: string[] = [];

afterAll(async () => {
  for (const table of made) await query(`DROP TABLE IF EXISTS ${table}`);
});
afterEach(() => void vi.restoreAllMocks());

const query = (sql: string) => withPostgres(connection, async (client) => (await client.query(sql)).rows);

const DEFINITION = "hostname TEXT PRIMARY KEY, top INTEGER NOT NULL CHECK (top BETWEEN 0 AND 100)";

/** Inputs of a separate table with that definition. */
function inputsOf(definition = DEFINITION, table = uniqueName("defined")): TableInputs {
  made.push(table);
  const ddl = `-- A table.\nCREATE TABLE IF NOT EXISTS ${table} (${definition})\n`;
  return { connection, table, ddl, replace: false, replaceSetting: `replaceTables: [${table}]` };
}

/** An existing table with a row that an operator has inserted. */
async function table(definition?: string): Promise<TableInputs> {
  const { state } = await tableHandler.create(inputsOf(definition), "name");
  await query(`INSERT INTO ${state.table} VALUES ('doc', 20)`);
  return state;
}

const defined = (state: TableInputs, definition: string): TableInputs => ({
  ...state,
  ddl: inputsOf(definition, state.table).ddl,
});

const diff = async (state: TableInputs, inputs: TableInputs) => tableHandler.diff(state, inputs);

/** What an `up` does: diffs, and updates if there is a difference. */
async function up(state: TableInputs, inputs: TableInputs) {
  const { changed, replaces = [] } = await diff(state, inputs);
  if (replaces.length > 0) return "replaced";
  if (!changed) return "same";
  await tableHandler.update(state.table, state, inputs);
  return "updated";
}

const rows = (state: TableInputs) => query(`SELECT * FROM ${state.table} ORDER BY 1`);

async function columns({ table }: TableInputs): Promise<string[]> {
  const found = await query(
    `SELECT attname || ' ' || format_type(atttypid, atttypmod) AS column FROM pg_attribute
     WHERE attrelid = '${table}'::regclass AND attnum > 0 AND NOT attisdropped ORDER BY attnum`,
  );
  return found.map(({ column }) => column);
}

describe("an equivalent definition", () => {
  it.each([
    [
      "other comments, white space and letter case",
      (name: string) =>
        `/* About\n the table. */ create table if not exists ${name.toUpperCase()}\n(HOSTNAME text primary key, -- who\n\ttop integer not null check (top between 0 and 100))`,
    ],
    [
      "other names for the same types and the schema in front of its own",
      (name: string) =>
        `CREATE TABLE IF NOT EXISTS public.${name} (hostname TEXT NOT NULL, "top" INT4 NOT NULL, CHECK (top >= 0 AND top <= 100), PRIMARY KEY (hostname));`,
    ],
  ])("with %s changes nothing", async (_what, ddl) => {
    const state = await table();
    expect(await up(state, { ...state, ddl: ddl(state.table) })).toBe("same");
    expect(await rows(state)).toEqual([{ hostname: "doc", top: 20 }]);
  });
});

describe("a definition that the table can adopt in place", () => {
  it.each([
    ["a new column that may be empty", `${DEFINITION}, note TEXT`, { note: null }, "note text"],
    ["a new column with a default", `${DEFINITION}, n INT NOT NULL DEFAULT 7`, { n: 7 }, "n integer"],
    [
      "a wider type",
      "hostname TEXT PRIMARY KEY, top NUMERIC(5, 2) NOT NULL CHECK (top BETWEEN 0 AND 100)",
      { top: 20 },
      "top numeric(5,2)",
    ],
    [
      "a type that holds every row as it is",
      "hostname VARCHAR(3) PRIMARY KEY, top SMALLINT NOT NULL CHECK (top BETWEEN 0 AND 100)",
      {},
      "top smallint",
    ],
  ])("with %s alters it and keeps its rows", async (_what, definition, added, column) => {
    const state = await table();
    const inputs = defined(state, definition);
    expect(await up(state, inputs)).toBe("updated");
    expect(await rows(state)).toEqual([{ hostname: "doc", top: 20, ...added }]);
    expect(await columns(state)).toContain(column);
    expect(await up(inputs, inputs)).toBe("same");
  });

  it("adopts another default, another check and a dropped NOT NULL", async () => {
    const state = await table();
    const inputs = defined(
      state,
      "hostname TEXT PRIMARY KEY, top INTEGER DEFAULT 5 CHECK (top BETWEEN 0 AND 200)",
    );
    expect(await up(state, inputs)).toBe("updated");
    await query(
      `INSERT INTO ${state.table} VALUES ('a', 200), ('b', NULL); INSERT INTO ${state.table} VALUES ('c')`,
    );
    expect(await rows(state)).toEqual([
      { hostname: "a", top: 200 },
      { hostname: "b", top: null },
      { hostname: "c", top: 5 },
      { hostname: "doc", top: 20 },
    ]);
    expect(await failureOf(query(`INSERT INTO ${state.table} VALUES ('d', 201)`))).toContain(
      "check constraint",
    );
  });

  it("keeps what an operator has added or widened", async () => {
    const state = await table();
    await query(
      `ALTER TABLE ${state.table} ADD COLUMN note TEXT DEFAULT 'mine', ALTER COLUMN top TYPE NUMERIC(7, 3);
       UPDATE ${state.table} SET top = 20.125`,
    );
    expect(await up(state, state)).toBe("same");
    const inputs = defined(
      state,
      "hostname TEXT PRIMARY KEY, top NUMERIC(5, 2) NOT NULL CHECK (top BETWEEN 0 AND 100), unit TEXT",
    );
    expect(await up(state, inputs)).toBe("updated");
    expect(await rows(state)).toEqual([{ hostname: "doc", top: 20.125, note: "mine", unit: null }]);
  });
});

describe("a definition that needs a new table", () => {
  it.each([
    ["a column less", "hostname TEXT PRIMARY KEY", "the column top is removed"],
    [
      "a column under another name",
      "host TEXT PRIMARY KEY, top INTEGER NOT NULL CHECK (top BETWEEN 0 AND 100)",
      "the column hostname is removed",
    ],
    ["a new column that must be filled", `${DEFINITION}, n INT NOT NULL`, 'column "n" of relation'],
    [
      "a type that would lose something",
      "hostname VARCHAR(2) PRIMARY KEY, top INTEGER NOT NULL CHECK (top BETWEEN 0 AND 100)",
      "the column hostname cannot become character varying(2) from text without loss",
    ],
    [
      "a type that the values are not of",
      "hostname INTEGER PRIMARY KEY, top INTEGER NOT NULL CHECK (top BETWEEN 0 AND 100)",
      'invalid input syntax for type integer: "doc"',
    ],
    [
      "a check that a row breaks",
      "hostname TEXT PRIMARY KEY, top INTEGER NOT NULL CHECK (top BETWEEN 0 AND 10)",
      "is violated by some row",
    ],
  ])(
    "with %s is refused if there are rows, replaces an empty table, and any table if allowed",
    async (_what, definition, why) => {
      const state = await table();
      const inputs = defined(state, definition);
      const refusal = await failureOf(diff(state, inputs));
      expect(refusal).toContain(
        `the table ${state.table} holds a row, and its new definition requires dropping it (`,
      );
      expect(refusal).toContain(why);
      expect(refusal).toContain(
        `or allow the table to be dropped with its rows and created again, by replaceTables: [${state.table}]`,
      );
      expect(await rows(state)).toEqual([{ hostname: "doc", top: 20 }]);
      expect(await columns(state)).toEqual(["hostname text", "top integer"]);
      expect(await up(state, { ...inputs, replace: true })).toBe("replaced");
      await query(`TRUNCATE ${state.table}`);
      expect(["replaced", "updated"]).toContain(await up(state, inputs));
    },
  );

  it("with another table name is refused if the old table has rows", async () => {
    const state = await table();
    const inputs = inputsOf();
    expect(await failureOf(diff(state, inputs))).toContain(`it is named ${inputs.table} now`);
    await query(`TRUNCATE ${state.table}`);
    expect(await up(state, inputs)).toBe("replaced");
  });

  it("fails with a readable message if PostgreSQL does not understand it", async () => {
    const state = await table();
    const inputs = defined(state, `${DEFINITION}, note TXET`);
    expect(await failureOf(diff(state, inputs))).toBe(
      `the definition of the table ${state.table} is wrong: type "txet" does not exist`,
    );
  });
});

describe("a table that somebody has changed", () => {
  it("is recreated with a warning if it was dropped", async () => {
    const warning = vi.spyOn(console, "warn").mockReturnValue();
    const state = await table();
    await query(`DROP TABLE ${state.table}`);
    expect(await up(state, state)).toBe("updated");
    expect(await rows(state)).toEqual([]);
    expect(warning.mock.calls).toEqual([
      [
        `warning: [runtime] the table ${state.table} was missing from PostgreSQL at ${connection.host}:${connection.port}, with its rows: it has been recreated, empty`,
      ],
    ]);
  });

  it("is reported to lack a column that somebody has renamed", async () => {
    const state = await table();
    await query(`ALTER TABLE ${state.table} RENAME COLUMN top TO highest`);
    expect(await failureOf(diff(state, state))).toBe(
      `the table ${state.table} lacks the column top (integer), which its definition has: somebody has dropped or renamed it. ` +
        `Rename it back (ALTER TABLE ${state.table} RENAME COLUMN … TO top) or add it (ALTER TABLE ${state.table} ADD COLUMN top integer)`,
    );
  });

  it("is altered to its definition if it existed before", async () => {
    const state = await table("hostname TEXT PRIMARY KEY, top INTEGER");
    const { state: adopted } = await tableHandler.create(
      defined(state, "hostname TEXT PRIMARY KEY, top INTEGER, note TEXT"),
      "name",
    );
    expect(await rows(adopted)).toEqual([{ hostname: "doc", top: 20, note: null }]);
  });
});
