import { afterAll, describe, expect, inject, it } from "vitest";
import { withPostgres } from "../../clients/postgres/client.ts";
import { type GrantInputs, grantHandler, type Privilege } from "../../provider/postgres/grant.ts";
import { uniqueName } from "../support/names.ts";
import { freePorts } from "../support/ports.ts";

const connection = inject("services").postgres;
const made: { table: string; role: string }[] = [];

afterAll(async () => {
  for (const { table, role } of made) {
    await query(`DROP TABLE IF EXISTS ${quoted(table)}`);
    await query(`DROP ROLE IF EXISTS ${quoted(role)}`);
  }
});

const query = (sql: string) => withPostgres(connection, async (client) => (await client.query(sql)).rows);
const quoted = (name: string) => `"${name.replaceAll('"', '""')}"`;

/** Inputs of a grant on a separate table and to a separate role. */
async function grant(
  privileges: readonly Privilege[],
  names = { table: uniqueName("granted"), role: uniqueName("role") },
): Promise<GrantInputs> {
  made.push(names);
  await query(`CREATE TABLE ${quoted(names.table)} (n INTEGER); CREATE ROLE ${quoted(names.role)}`);
  return { connection, ...names, privileges };
}

/** The role's privileges, according to PostgreSQL. */
async function mayDo({ table, role }: { table: string; role: string }): Promise<string[]> {
  const rows = await withPostgres(connection, async (client) => {
    const sql = `SELECT p FROM unnest(ARRAY['SELECT','INSERT','UPDATE','DELETE','TRUNCATE']) p
      WHERE has_table_privilege($1, $2, p)`;
    return (await client.query<{ p: string }>(sql, [role, quoted(table)])).rows;
  });
  return rows.map(({ p }) => p);
}

const create = async (inputs: GrantInputs) => (await grantHandler.create(inputs, "name")).state;

describe("a new grant", () => {
  it("gives the role exactly the requested privileges", async () => {
    const inputs = await grant(["SELECT", "INSERT"]);
    expect(await mayDo(inputs)).toEqual([]);
    expect(await grantHandler.create(inputs, "name")).toEqual({
      id: `${inputs.role}/${inputs.table}`,
      state: inputs,
    });
    expect(await mayDo(inputs)).toEqual(["SELECT", "INSERT"]);
    expect(await grantHandler.diff(inputs, { ...inputs, privileges: ["INSERT", "SELECT"] })).toEqual({
      changed: false,
      replaces: [],
    });
  });

  it("treats quotes in names as text", async () => {
    const names = { table: uniqueName('odd"; --'), role: uniqueName('odd" TO PUBLIC; --') };
    const inputs = await grant(["DELETE"], names);
    const state = await create(inputs);
    expect(await mayDo(inputs)).toEqual(["DELETE"]);
    expect(await grantHandler.read("id", state)).toEqual(inputs);
    await grantHandler.delete("id", state);
    expect(await mayDo(inputs)).toEqual([]);
  });

  it("does not disturb concurrent grants on the same table", async () => {
    const inputs = await grant(["SELECT"]);
    const roles = Array.from({ length: 8 }, () => uniqueName("role"));
    for (const role of roles) {
      await query(`CREATE ROLE ${role}`);
      made.push({ table: inputs.table, role });
    }
    await Promise.all(roles.map((role) => create({ ...inputs, role })));
    for (const role of roles) expect(await mayDo({ ...inputs, role })).toEqual(["SELECT"]);
  });

  it("fails with an error that names what is missing", async () => {
    const inputs = await grant(["SELECT"]);
    await expect(create({ ...inputs, role: "nobody_of_that_name" })).rejects.toThrow(
      'role "nobody_of_that_name" does not exist',
    );
    await expect(create({ ...inputs, table: "no_such_table" })).rejects.toThrow(
      'relation "no_such_table" does not exist',
    );
  });
});

describe("an update of a grant", () => {
  it("grants and revokes the difference and keeps the grants of others", async () => {
    const inputs = await grant(["SELECT", "INSERT"]);
    const state = await create(inputs);
    await query(`GRANT TRUNCATE ON ${inputs.table} TO ${inputs.role}`);
    const wanted = { ...inputs, privileges: ["INSERT", "UPDATE"] as const };
    expect(await grantHandler.diff(state, wanted)).toEqual({ changed: true, replaces: [] });
    expect(await grantHandler.update("id", state, wanted)).toEqual(wanted);
    expect(await mayDo(inputs)).toEqual(["INSERT", "UPDATE", "TRUNCATE"]);
  });

  it("replaces the grant if its table or role changes, and revokes the former one last", async () => {
    const state: GrantInputs = { connection, table: "a", role: "b", privileges: ["SELECT"] };
    expect(await grantHandler.diff(state, { ...state, table: "c", role: "d" })).toEqual({
      changed: true,
      replaces: ["table", "role"],
      createFirst: true,
    });
  });
});

describe("a read of a grant", () => {
  it("detects privileges that were revoked by hand, which an update grants again", async () => {
    const inputs = await grant(["SELECT", "INSERT"]);
    const state = await create(inputs);
    await query(`REVOKE INSERT ON ${inputs.table} FROM ${inputs.role}`);
    const seen = await grantHandler.read("id", state);
    expect(seen).toEqual({ ...inputs, privileges: ["SELECT"] });
    // An `up` alone notices it too: the table may have been recreated.
    expect(await grantHandler.diff(state, inputs)).toEqual({ changed: true, replaces: [] });
    expect(await grantHandler.diff(seen ?? state, inputs)).toEqual({ changed: true, replaces: [] });
    await grantHandler.update("id", seen ?? state, inputs);
    expect(await mayDo(inputs)).toEqual(["SELECT", "INSERT"]);
    await query(`REVOKE ALL ON ${inputs.table} FROM ${inputs.role}`);
    expect(await grantHandler.read("id", state)).toEqual({ ...inputs, privileges: [] });
  });

  it("does not count privileges of PUBLIC as its own", async () => {
    const inputs = await grant(["SELECT"]);
    const state = await create(inputs);
    await query(
      `GRANT SELECT ON ${inputs.table} TO PUBLIC; REVOKE SELECT ON ${inputs.table} FROM ${inputs.role}`,
    );
    expect(await grantHandler.read("id", state)).toEqual({ ...inputs, privileges: [] });
  });

  it.each(["TABLE", "ROLE"] as const)(
    "reports it gone with its %s, and deleting it succeeds",
    async (what) => {
      const inputs = await grant(["SELECT"]);
      const state = await create(inputs);
      await query(`REVOKE ALL ON ${inputs.table} FROM ${inputs.role}`);
      await query(`DROP ${what} ${what === "TABLE" ? inputs.table : inputs.role}`);
      expect(await grantHandler.read("id", state)).toBe(undefined);
      await grantHandler.delete("id", state);
    },
  );

  it("keeps the state if the server does not answer", { timeout: 15_000 }, async () => {
    const [port = 0] = await freePorts(1);
    const away = { ...connection, port };
    const state: GrantInputs = { connection: away, table: "a", role: "b", privileges: ["SELECT"] };
    expect(await grantHandler.read("id", state)).toEqual(state);
  });
});

describe("deleting a grant", () => {
  it("revokes exactly what it granted", async () => {
    const inputs = await grant(["SELECT", "UPDATE"]);
    const state = await create(inputs);
    await query(`GRANT DELETE ON ${inputs.table} TO ${inputs.role}`);
    await grantHandler.delete("id", state);
    expect(await mayDo(inputs)).toEqual(["DELETE"]);
  });
});

describe("the inputs of a grant", () => {
  const valid: GrantInputs = {
    connection,
    table: "public.t",
    role: "flink",
    privileges: ["SELECT", "UPDATE"],
  };
  const TABLE = "is not a table's name, with its schema or without: 1 to 63 bytes each are allowed";
  const PRIVILEGE = "allowed are SELECT, INSERT, UPDATE, DELETE, each once";

  it.each<[Record<string, unknown>, { property: string; reason: string }[]]>([
    [{}, []],
    [{ table: "" }, [{ property: "table", reason: `"" ${TABLE}` }]],
    [{ table: "a.b.c" }, [{ property: "table", reason: `"a.b.c" ${TABLE}` }]],
    [{ table: "ü".repeat(32) }, [{ property: "table", reason: `"${"ü".repeat(32)}" ${TABLE}` }]],
    [{ role: "" }, [{ property: "role", reason: `"" is not a role's name: 1 to 63 bytes each are allowed` }]],
    [{ privileges: [] }, [{ property: "privileges", reason: `no privileges are given: ${PRIVILEGE}` }]],
    [
      { privileges: ["SELECT", "select", "SELECT"] },
      [
        { property: "privileges", reason: `"select" is unknown or repeated: ${PRIVILEGE}` },
        { property: "privileges", reason: `"SELECT" is unknown or repeated: ${PRIVILEGE}` },
      ],
    ],
  ])("with %j have the problems %j", (change, problems) => {
    expect(grantHandler.check({ ...valid, ...change } as GrantInputs, undefined)).toEqual(problems);
  });
});
