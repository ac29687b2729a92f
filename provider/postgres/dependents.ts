import { withPostgres } from "../../clients/postgres/client.ts";
import type { PostgresConnection } from "../../clients/postgres/connection.ts";
import { quoted, serverAt } from "../../clients/postgres/names.ts";
import { UserError } from "../../lib/userError.ts";

/**
 * Drops a table that may already be gone.
 *
 * @throws UserError if something that others made depends on it
 */
export async function dropTable(connection: PostgresConnection, table: string): Promise<void> {
  await withPostgres(connection, async (client) => {
    try {
      await client.query(`DROP TABLE IF EXISTS ${quoted(table)}`);
    } catch (error) {
      const dependents = dependentsIn(error);
      if (dependents === undefined) throw error;
      throw new UserError(
        `the table ${table} in ${serverAt(connection)} is not removed, because it is used by ${dependents}, which this ` +
          "stack did not create: drop that, and then call the same command again",
      );
    }
  });
}

/**
 * What keeps something from being dropped, such as `view report`; undefined for any other error. PostgreSQL says
 * `view report depends on table results`, a line for each.
 */
export function dependentsIn(error: unknown): string | undefined {
  const { code, detail = "" } = Object(error) as { readonly code?: string; readonly detail?: string };
  // https://www.postgresql.org/docs/current/errcodes-appendix.html: "dependent_objects_still_exist"
  if (code !== "2BP01") return undefined;
  return (detail || "something else")
    .split("\n")
    .map((line) => line.replace(/ depends on .*/, ""))
    .join(", ");
}
