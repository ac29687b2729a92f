import pg from "pg";
import { withPostgres } from "../../clients/postgres/client.ts";
import type { PostgresConnection } from "../../clients/postgres/connection.ts";
import { quoted } from "../../clients/postgres/names.ts";
import { changedKeys, type ResourceHandler } from "../resource.ts";
import { GONE } from "./grant.ts";

export interface SchemaGrantInputs {
  /** A connection as the schema's owner. */
  readonly connection: PostgresConnection;
  readonly schema: string;
  /** Must already exist. */
  readonly role: string;
}

/** Lets one role use what is in a schema, as far as other grants allow it. */
export const schemaGrantHandler: ResourceHandler<SchemaGrantInputs, SchemaGrantInputs> = {
  check: () => [],

  async diff(state, inputs) {
    const replaces = changedKeys(["schema", "role"], state, inputs);
    // The former role may be in use until everything has moved to the new one.
    if (replaces.length > 0) return { changed: true, replaces, createFirst: true };
    const changed = changedKeys(["connection"], state, inputs).length > 0;
    return { changed: changed || (await readGrant(inputs)) === undefined };
  },

  async create(inputs) {
    await execute(inputs, "GRANT USAGE ON SCHEMA", "TO");
    return { id: `${inputs.role}/${inputs.schema}`, state: inputs };
  },

  read: (_id, state) => readGrant(state),

  async update(_id, _state, inputs) {
    await execute(inputs, "GRANT USAGE ON SCHEMA", "TO");
    return inputs;
  },

  async delete(_id, state) {
    try {
      await execute(state, "REVOKE USAGE ON SCHEMA", "FROM");
    } catch (error) {
      if (!GONE.includes((error as { code?: string }).code ?? "")) throw error;
    }
  },
};

async function execute(
  { connection, schema, role }: SchemaGrantInputs,
  what: string,
  direction: "TO" | "FROM",
): Promise<void> {
  await withPostgres(connection, async (client) => {
    await client.query("BEGIN");
    // If two sessions change a schema's privileges at the same time, one of them fails.
    await client.query("SELECT pg_advisory_xact_lock(hashtext($1))", [`privileges of ${schema}`]);
    await client.query(`${what} ${quoted(schema)} ${direction} ${pg.escapeIdentifier(role)}`);
    await client.query("COMMIT");
  });
}

async function readGrant(state: SchemaGrantInputs): Promise<SchemaGrantInputs | undefined> {
  const { connection, schema, role } = state;
  try {
    const { rows } = await withPostgres(connection, (client) =>
      client.query(
        `SELECT 1 FROM pg_namespace CROSS JOIN LATERAL aclexplode(nspacl) JOIN pg_roles ON pg_roles.oid = grantee
         WHERE nspname = $1 AND rolname = $2 AND privilege_type = 'USAGE'`,
        [schema, role],
      ),
    );
    return rows.length > 0 ? state : undefined;
  } catch (error) {
    // A server that is down still has its schemas on disk.
    if ((error as { code?: string }).code === "ECONNREFUSED") return state;
    throw error;
  }
}
