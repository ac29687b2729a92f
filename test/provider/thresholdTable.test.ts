import { afterAll, describe, expect, inject, it } from "vitest";
import { postgresEdits } from "../../apps/page/feeds/edits.ts";
import { describeThresholds } from "../../cli/output/thresholds.ts";
import { withPostgres } from "../../clients/postgres/client.ts";
import {
  type ThresholdTableInputs,
  type ThresholdTableState,
  thresholdTableHandler,
} from "../../provider/postgres/thresholdTable.ts";
import { uniqueName } from "../support/names.ts";
import { freePorts } from "../support/ports.ts";

const connection = inject("services").postgres;
const made: ThresholdTableState[] = [];

afterAll(async () => {
  for (const state of made) await thresholdTableHandler.delete(state.table, state);
});

const query = (sql: string, values: unknown[] = []) =>
  withPostgres(connection, async (client) => (await client.query(sql, values)).rows);

const quoted = (name: string) => `"${name.replaceAll('"', '""')}"`;

/** Inputs of a separate table for each test, dropped at the end. */
function table(rows: Record<string, number>, name = uniqueName("thresholds")): ThresholdTableInputs {
  const inputs = { connection, table: name, ddl: ddl(name), rows, ...keeping };
  made.push({ ...inputs, actual: {} });
  return inputs;
}

/** Rows must not be dropped. */
const keeping = { replace: false, replaceSetting: "replaceTables: [t]" };

const ddl = (name: string) => `CREATE TABLE IF NOT EXISTS ${quoted(name)} (
  hostname TEXT PRIMARY KEY, allowed_top INTEGER NOT NULL CHECK (allowed_top BETWEEN 0 AND 100))`;

const create = async (inputs: ThresholdTableInputs) =>
  (await thresholdTableHandler.create(inputs, "name")).state;

async function rowsOf(name: string): Promise<Record<string, number>> {
  const rows = await query(`SELECT hostname, allowed_top FROM ${quoted(name)}`);
  return Object.fromEntries(rows.map(({ hostname, allowed_top }) => [hostname, allowed_top]));
}

describe("a new threshold table", () => {
  it("holds the rows that the config names", async () => {
    const inputs = table({ grumpy: 30, doc: 20, full: 100, none: 0 });
    expect(await thresholdTableHandler.create(inputs, "name")).toEqual({
      id: inputs.table,
      state: { ...inputs, actual: inputs.rows },
    });
    expect(await rowsOf(inputs.table)).toEqual(inputs.rows);
  });

  it("is shown by status up to its first rows, with the number of the others", async () => {
    const inputs = table(Object.fromEntries(Array.from({ length: 100 }, (_, at) => [`host-${at}`, 99 - at])));
    await create(inputs);
    const { rows, notes } = await describeThresholds(connection, inputs.table);
    expect(rows).toEqual(Array.from({ length: 20 }, (_, at) => [`host-${99 - at}`, String(at)]));
    expect(notes).toEqual(["and 80 further hosts"]);
    const few = table({ doc: 20 });
    await create(few);
    expect(await describeThresholds(connection, few.table)).toEqual({
      rows: [["doc", "20"]],
      notes: [],
      troubles: [],
    });
  });

  it("refuses a second row for a host and values that are not percentages", async () => {
    const inputs = table({ doc: 20 });
    await create(inputs);
    const insert = `INSERT INTO ${inputs.table} VALUES ($1, $2)`;
    await expect(query(insert, ["doc", 30])).rejects.toThrow(
      "duplicate key value violates unique constraint",
    );
    await expect(query(insert, ["grumpy", 101])).rejects.toThrow("violates check constraint");
    await expect(query(insert, ["grumpy", -1])).rejects.toThrow("violates check constraint");
    await expect(query(insert, ["grumpy", null])).rejects.toThrow("violates not-null constraint");
    expect(await rowsOf(inputs.table)).toEqual({ doc: 20 });
  });

  it("keeps an operator's rows if it already exists", async () => {
    const inputs = table({ doc: 20, grumpy: 30 });
    await query(inputs.ddl);
    await query(`INSERT INTO ${inputs.table} VALUES ('doc', 77), ('prince', 5)`);
    expect(await create(inputs)).toEqual({ ...inputs, actual: { doc: 77, prince: 5, grumpy: 30 } });
    expect(await rowsOf(inputs.table)).toEqual({ doc: 77, prince: 5, grumpy: 30 });
  });

  it("treats SQL in host names and quotes in its own name as text", async () => {
    const victim = table({ doc: 20 });
    await create(victim);
    const rows = {
      [`Robert'); DROP TABLE ${victim.table};--`]: 10,
      "näme\\'\"": 30,
      constructor: 40,
    };
    const inputs = table(rows, uniqueName(`odd"; DROP TABLE ${victim.table}; --`));
    const state = await create(inputs);
    expect(state.actual).toEqual(rows);
    const updated = await thresholdTableHandler.update("id", state, { ...inputs, rows: { "O'Doc": 21 } });
    expect(updated.actual).toEqual({ "O'Doc": 21 });
    await thresholdTableHandler.delete("id", updated);
    expect(await thresholdTableHandler.read("id", updated)).toBe(undefined);
    expect(await rowsOf(victim.table)).toEqual({ doc: 20 });
  });
});

describe("an update of a threshold table", () => {
  it("changes only the rows whose configured value has changed", async () => {
    const inputs = table({ doc: 20, grumpy: 30, sleepy: 40, bashful: 60, happy: 70 });
    const state = await create(inputs);
    await query(`UPDATE ${inputs.table} SET allowed_top = 33 WHERE hostname = 'grumpy'`);
    await query(`UPDATE ${inputs.table} SET allowed_top = 66 WHERE hostname = 'bashful'`);
    await query(`INSERT INTO ${inputs.table} VALUES ('prince', 5)`);

    const rows = { doc: 21, grumpy: 30, sleepy: 40, sneezy: 80 };
    expect(await thresholdTableHandler.diff(state, { ...inputs, rows })).toEqual({
      changed: true,
      replaces: [],
    });
    const updated = await thresholdTableHandler.update("id", state, { ...inputs, rows });
    // In the config, doc changed and sneezy is new; happy was removed; bashful was too, but is an operator's now.
    const expected = { doc: 21, grumpy: 33, sleepy: 40, sneezy: 80, bashful: 66, prince: 5 };
    expect(updated).toEqual({ ...inputs, rows, actual: expected });
    expect(await rowsOf(inputs.table)).toEqual(expected);
  });

  it("gives a row the configured value if both the config and an operator have changed it", async () => {
    const inputs = table({ doc: 20 });
    const state = await create(inputs);
    await query(`UPDATE ${inputs.table} SET allowed_top = 33`);
    const updated = await thresholdTableHandler.update("id", state, { ...inputs, rows: { doc: 25 } });
    expect(updated.actual).toEqual({ doc: 25 });
  });

  it("changes nothing if it fails midway", async () => {
    const inputs = table({ doc: 20, grumpy: 30 });
    const state = await create(inputs);
    const update = thresholdTableHandler.update("id", state, { ...inputs, rows: { doc: 99, sleepy: 101 } });
    await expect(update).rejects.toThrow("violates check constraint");
    expect(await rowsOf(inputs.table)).toEqual({ doc: 20, grumpy: 30 });
  });
});

describe("a read of a threshold table", () => {
  it("shows an operator's changes, which are not changes of the config", async () => {
    const inputs = table({ doc: 20 });
    const state = await create(inputs);
    await query(
      `UPDATE ${inputs.table} SET allowed_top = 33; INSERT INTO ${inputs.table} VALUES ('prince', 5)`,
    );
    const seen = await thresholdTableHandler.read("id", state);
    expect(seen).toEqual({ ...inputs, actual: { doc: 33, prince: 5 } });
    expect(await thresholdTableHandler.diff(seen ?? state, inputs)).toEqual({ changed: false, replaces: [] });
  });

  it("reports a dropped table as gone, and deleting it succeeds", async () => {
    const inputs = table({ doc: 20 });
    const state = await create(inputs);
    await query(`DROP TABLE ${inputs.table}`);
    expect(await thresholdTableHandler.read("id", state)).toBe(undefined);
    await thresholdTableHandler.delete("id", state);
  });

  it("keeps the state if the server does not answer", { timeout: 15_000 }, async () => {
    const [port = 0] = await freePorts(1);
    const rows = { doc: 20 };
    const away = { ...connection, port };
    const state = { connection: away, table: "t", ddl: ddl("t"), rows, actual: rows, ...keeping };
    expect(await thresholdTableHandler.read("id", state)).toEqual(state);
  });
});

describe("an edit of a threshold on the page", () => {
  it("sets the threshold only if it is still what the user saw", async () => {
    const inputs = table({ doc: 20 });
    await create(inputs);
    const edits = postgresEdits(connection, { thresholdTable: inputs.table, silenceTable: "none" });
    const edit = (hostname: string, value: number, former: number | null) =>
      edits.setThreshold({ hostname, value, former });
    // Of several at the same time, the first one wins.
    const results = await Promise.allSettled([41, 42, 43, 44].map((value) => edit("doc", value, 20)));
    expect(results.filter(({ status }) => status === "fulfilled").length).toBe(1);
    const { doc = 0 } = await rowsOf(inputs.table);
    expect(doc).toBe(41 + results.findIndex(({ status }) => status === "fulfilled"));
    await expect(edit("doc", 25, 20)).rejects.toMatchObject({ current: doc });
    await expect(edit("doc", 25, null)).rejects.toThrow(`doc already has a threshold of ${doc} %`);
    await edit("doc", doc, 20);
    await edit("doc", 25, doc);
    await edit("prince", 5, null);
    await query(`DELETE FROM ${inputs.table} WHERE hostname = 'prince'`);
    await expect(edit("prince", 6, 5)).rejects.toThrow("Somebody has removed it in the meantime");
    expect(await rowsOf(inputs.table)).toEqual({ doc: 25 });
  });
});

describe("a server that refuses the login", () => {
  it("causes an error that names the user but not the password", async () => {
    const wrong = { ...connection, password: "not-the-password" };
    const inputs = { connection: wrong, table: "t", ddl: ddl("t"), rows: {}, ...keeping };
    const error = await thresholdTableHandler.create(inputs, "name").then(
      () => undefined,
      (reason: Error) => reason,
    );
    const { host, port, user } = connection;
    expect(error?.message).toBe(
      `PostgreSQL at ${host}:${port} does not accept the user name and password of ${user}: check both, and that the user exists`,
    );
  });
});

it("a table that somebody's view reads is not deleted, and the error names the view", async () => {
  const inputs = table({ grumpy: 30 });
  const state = await create(inputs);
  const view = uniqueName("report");
  await query(`CREATE VIEW ${quoted(view)} AS SELECT hostname FROM ${quoted(inputs.table)}`);
  await expect(thresholdTableHandler.delete("id", state)).rejects.toThrow(
    new RegExp(
      `^the table ${inputs.table} in PostgreSQL at .* used by view "?${view}"?, which this stack did not`,
    ),
  );
  expect(await rowsOf(inputs.table)).toEqual(inputs.rows);
  await query(`DROP VIEW ${quoted(view)}`);
});
