import pg from "pg";
import { withPostgres } from "../../clients/postgres/client.ts";
import type { PostgresConnection } from "../../clients/postgres/connection.ts";
import { quoted } from "../../clients/postgres/names.ts";
import { changedKeys, type Problem, type ResourceHandler, same } from "../resource.ts";

export const PRIVILEGES = ["SELECT", "INSERT", "UPDATE", "DELETE"] as const;
export type Privilege = (typeof PRIVILEGES)[number];

export interface GrantInputs {
  /** A connection as the table's owner, or a user who may grant the privileges. */
  readonly connection: PostgresConnection;
  /** With or without its schema. */
  readonly table: string;
  /** Must already exist. */
  readonly role: string;
  readonly privileges: readonly Privilege[];
}

/** What one role may do with one table. Privileges granted by others stay as they are. */
export const grantHandler: ResourceHandler<GrantInputs, GrantInputs> = {
  check: ({ table, role, privileges }) => [
    ...nameProblems("table", table, table?.split(".") ?? [], "a table's name, with its schema or without"),
    ...nameProblems("role", role, [role], "a role's name"),
    ...privilegeProblems(privileges ?? []),
  ],

  async diff(state, inputs) {
    const replaces = changedKeys(["table", "role"], state, inputs);
    const changed =
      changedKeys(["connection"], state, inputs).length > 0 ||
      !same(state.privileges.toSorted(), inputs.privileges.toSorted());
    // The former role may be in use until everything has moved to the new one.
    if (replaces.length > 0) return { changed: true, replaces, createFirst: true };
    if (changed) return { changed: true, replaces };
    // A table that was created again has lost its privileges.
    const now = await readGrant(inputs);
    return { changed: !same(now?.privileges.toSorted(), inputs.privileges.toSorted()), replaces };
  },

  async create(inputs) {
    await change(inputs, inputs.privileges, []);
    return { id: `${inputs.role}/${inputs.table}`, state: inputs };
  },

  read: (_id, state) => readGrant(state),

  async update(_id, state, inputs) {
    const revoked = state.privileges.filter((privilege) => !inputs.privileges.includes(privilege));
    await change(inputs, inputs.privileges, revoked);
    return inputs;
  },

  async delete(_id, state) {
    try {
      await change(state, [], state.privileges);
    } catch (error) {
      if (!GONE.includes((error as { code?: string }).code ?? "")) throw error;
    }
  },
};

// https://www.postgresql.org/docs/current/errcodes-appendix.html: undefined table, role, schema.
export const GONE = ["42P01", "42704", "3F000"];

/** PostgreSQL truncates longer names. */
const LONGEST_NAME = 63;

async function change(
  { connection, table, role }: GrantInputs,
  granted: readonly Privilege[],
  revoked: readonly Privilege[],
): Promise<void> {
  const who = pg.escapeIdentifier(role);
  await withPostgres(connection, async (client) => {
    await client.query("BEGIN");
    // If two sessions change a table's privileges at the same time, one of them fails.
    await client.query("SELECT pg_advisory_xact_lock(hashtext($1))", [`privileges of ${table}`]);
    if (revoked.length > 0) await client.query(`REVOKE ${revoked.join()} ON ${quoted(table)} FROM ${who}`);
    if (granted.length > 0) await client.query(`GRANT ${granted.join()} ON ${quoted(table)} TO ${who}`);
    await client.query("COMMIT");
  });
}

async function readGrant(state: GrantInputs): Promise<GrantInputs | undefined> {
  try {
    const granted = await withPostgres(state.connection, (client) => grantedNow(client, state));
    return granted && { ...state, privileges: state.privileges.filter((name) => granted.has(name)) };
  } catch (error) {
    // A server that is down still has its tables on disk.
    if ((error as { code?: string }).code === "ECONNREFUSED") return state;
    throw error;
  }
}

/** The privileges granted to the role itself; undefined if the role or the table is gone. */
async function grantedNow(client: pg.Client, { table, role }: GrantInputs): Promise<Set<string> | undefined> {
  const { rows } = await client.query<{ privileges: string[] }>(
    `SELECT ARRAY(
       SELECT privilege_type FROM aclexplode(coalesce(relacl, acldefault('r', relowner)))
       WHERE grantee = pg_roles.oid) AS privileges
     FROM pg_class, pg_roles
     WHERE pg_class.oid = to_regclass($1) AND rolname = $2`,
    [quoted(table), role],
  );
  return rows[0] && new Set(rows[0].privileges);
}

function nameProblems(property: string, value: string, parts: readonly string[], what: string): Problem[] {
  const fits = (part: string | undefined) =>
    part !== undefined && part !== "" && Buffer.byteLength(part) <= LONGEST_NAME && !part.includes("\0");
  if (parts.length > 0 && parts.length <= 2 && parts.every(fits)) return [];
  return [{ property, reason: `"${value}" is not ${what}: 1 to ${LONGEST_NAME} bytes each are allowed` }];
}

function privilegeProblems(privileges: readonly string[]): Problem[] {
  const problem = (reason: string): Problem => ({ property: "privileges", reason });
  const allowed = `allowed are ${PRIVILEGES.join(", ")}, each once`;
  if (privileges.length === 0) return [problem(`no privileges are given: ${allowed}`)];
  return privileges
    .filter((name, index) => !PRIVILEGES.some((known) => known === name) || privileges.indexOf(name) < index)
    .map((name) => problem(`"${name}" is unknown or repeated: ${allowed}`));
}
