import pg from "pg";
import { withPostgres } from "../../clients/postgres/client.ts";
import type { PostgresConnection } from "../../clients/postgres/connection.ts";
import { quoted, serverAt } from "../../clients/postgres/names.ts";
import { warn } from "../log.ts";
import { changedKeys, type ResourceHandler, same } from "../resource.ts";
import { dependentsIn } from "./dependents.ts";
import { sign } from "./signature.ts";

export interface SchemaInputs {
  /** A connection as a user who may create the schema if it does not exist. */
  readonly connection: PostgresConnection;
  readonly schema: string;
  /** Who creates the schema, such as `the stack demo`; it becomes the schema's comment. */
  readonly madeBy: string;
  /** Other roles that may create tables in it. */
  readonly creators: readonly string[];
}

/** A PostgreSQL schema. One that already exists is used as it is, and kept. */
export const schemaHandler: ResourceHandler<SchemaInputs, SchemaInputs> = {
  check: () => [],

  async diff(state, inputs) {
    const replaces = changedKeys(["schema"], state, inputs);
    const changed = changedKeys(["connection", "creators"], state, inputs);
    if (replaces.length + changed.length > 0) return { changed: true, replaces };
    return { changed: (await readSchema(inputs)) === undefined };
  },

  async create(inputs) {
    await apply(inputs);
    return { id: inputs.schema, state: inputs };
  },

  read: (_id, state) => readSchema(state),

  async update(_id, state, inputs) {
    await apply(inputs, state);
    return inputs;
  },

  async delete(_id, state) {
    const left = await withPostgres(state.connection, (client) => remove(client, state));
    if (left === undefined) return;
    await warn(
      `the schema ${state.schema} of ${serverAt(state.connection)} was kept: it contains ${left}, which this stack did not create`,
    );
  },
};

async function apply(inputs: SchemaInputs, former?: SchemaInputs): Promise<void> {
  const { schema, madeBy, creators } = inputs;
  await withPostgres(inputs.connection, async (client) => {
    await client.query("BEGIN");
    if ((await commentOf(client, schema)) === undefined) {
      await client.query(`CREATE SCHEMA ${quoted(schema)}`);
      await sign(client, "SCHEMA", schema, madeBy);
    }
    // A role that no longer exists has no privileges.
    const roles = await grantees(client, schema);
    const dropped = former?.creators.filter((name) => !creators.includes(name) && roles.has(name)) ?? [];
    for (const role of dropped) {
      await client.query(`REVOKE ALL ON SCHEMA ${quoted(schema)} FROM ${pg.escapeIdentifier(role)}`);
    }
    for (const role of creators) {
      await client.query(`GRANT USAGE, CREATE ON SCHEMA ${quoted(schema)} TO ${pg.escapeIdentifier(role)}`);
    }
    await client.query("COMMIT");
  });
}

async function readSchema(state: SchemaInputs): Promise<SchemaInputs | undefined> {
  try {
    return await withPostgres(state.connection, async (client) => {
      if ((await commentOf(client, state.schema)) === undefined) return undefined;
      const roles = await grantees(client, state.schema);
      const creators = state.creators.filter((role) => roles.get(role)?.includes("CREATE"));
      return same(creators, state.creators) ? state : undefined;
    });
  } catch (error) {
    // A server that is down still has its schemas on disk.
    if ((error as { code?: string }).code === "ECONNREFUSED") return state;
    throw error;
  }
}

/** A schema's comment; null if it has none, undefined if there is no such schema. */
async function commentOf(client: pg.Client, schema: string): Promise<string | null | undefined> {
  const { rows } = await client.query<{ comment: string | null }>(
    "SELECT obj_description(oid, 'pg_namespace') AS comment FROM pg_namespace WHERE nspname = $1",
    [schema],
  );
  return rows[0]?.comment;
}

/** The privileges on a schema, by role. */
async function grantees(client: pg.Client, schema: string): Promise<ReadonlyMap<string, string[]>> {
  const { rows } = await client.query<{ role: string; privileges: string[] }>(
    `SELECT rolname AS role, array_agg(privilege_type) AS privileges
     FROM pg_namespace CROSS JOIN LATERAL aclexplode(nspacl) JOIN pg_roles ON pg_roles.oid = grantee
     WHERE nspname = $1 GROUP BY rolname`,
    [schema],
  );
  return new Map(rows.map(({ role, privileges }) => [role, privileges]));
}

/** @returns what keeps the schema from being dropped; undefined if it is gone, or existed before us */
async function remove(
  client: pg.Client,
  { schema, madeBy, creators }: SchemaInputs,
): Promise<string | undefined> {
  const comment = await commentOf(client, schema);
  if (comment === undefined) return undefined;
  const roles = await grantees(client, schema);
  for (const role of creators.filter((name) => roles.has(name))) {
    await client.query(`REVOKE ALL ON SCHEMA ${quoted(schema)} FROM ${pg.escapeIdentifier(role)}`);
  }
  if (comment !== madeBy) return undefined;
  const { rows } = await client.query<{ name: string }>(
    "SELECT relname AS name FROM pg_class WHERE relnamespace = $1::regnamespace AND relkind <> 'i' ORDER BY 1",
    [quoted(schema)],
  );
  if (rows.length > 0) return rows.map(({ name }) => name).join(", ");
  try {
    await client.query(`DROP SCHEMA ${quoted(schema)}`);
    return undefined;
  } catch (error) {
    // A function or a type.
    const dependents = dependentsIn(error);
    if (dependents === undefined) throw error;
    return dependents;
  }
}
