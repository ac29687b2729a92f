import { withPostgres } from "../../clients/postgres/client.ts";
import type { PostgresConnection } from "../../clients/postgres/connection.ts";
import { quoted, serverAt } from "../../clients/postgres/names.ts";
import { foreignTable, signatureOf } from "../../provider/postgres/signature.ts";

interface PlannedTables {
  readonly schema: string;
  /** With the schema. */
  readonly tables: readonly string[];
  readonly madeBy: string;
}

/** Generated columns came with it, which the provider asks for. */
const OLDEST = 12;

/** Those that can hold every name of a host. With another one, a lookup of a name that it cannot hold fails the job. */
const ENCODINGS: readonly string[] = ["UTF8", "SQL_ASCII"];

/**
 * Why a PostgreSQL cannot take the stack's tables, one sentence per problem.
 *
 * @throws PostgresRefusal if it does not let us in, PostgresUnreachable if it does not answer
 */
export async function postgresProblems(
  connection: PostgresConnection,
  { schema, tables, madeBy }: PlannedTables,
): Promise<string[]> {
  const server = serverAt(connection);
  return withPostgres(connection, async (client) => {
    const { rows } = await client.query<Privileges>(PRIVILEGES, [schema]);
    const { version = 0, encoding = "", creates, exists, uses } = rows[0] ?? {};
    if (version < OLDEST) return [`${server} is version ${version}, and the stack needs ${OLDEST} or newer`];
    if (!ENCODINGS.includes(encoding)) {
      return [
        `${server} has the database ${connection.database} in the encoding ${encoding}, and the stack needs UTF8, because names of hosts can have any character: set postgres.database to one that you create with CREATE DATABASE … ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0`,
      ];
    }
    if (!exists && !creates) {
      return [
        `${server} does not allow ${connection.user} to create the schema ${schema} in the database ${connection.database}: GRANT CREATE ON DATABASE ${quoted(connection.database)} TO ${quoted(connection.user)}, or CREATE SCHEMA ${quoted(schema)} AUTHORIZATION ${quoted(connection.user)}`,
      ];
    }
    if (exists && !uses) {
      return [
        `${server} does not allow ${connection.user} to create tables in the schema ${schema}: GRANT USAGE, CREATE ON SCHEMA ${quoted(schema)} TO ${quoted(connection.user)}, or set postgres.schema to another schema`,
      ];
    }
    const problems: string[] = [];
    for (const table of tables) {
      const signature = await signatureOf(client, table);
      if (signature !== undefined && signature !== madeBy)
        problems.push(`${foreignTable(table)} (${server})`);
    }
    return problems;
  });
}

interface Privileges {
  readonly version: number;
  readonly encoding: string;
  readonly creates: boolean;
  readonly exists: boolean;
  readonly uses: boolean | null;
}

const PRIVILEGES = `
  SELECT current_setting('server_version_num')::int / 10000 AS version,
    current_setting('server_encoding') AS encoding,
    has_database_privilege(current_database(), 'CREATE') AS creates,
    nspname IS NOT NULL AS exists,
    has_schema_privilege(pg_namespace.oid, 'USAGE') AND has_schema_privilege(pg_namespace.oid, 'CREATE') AS uses
  FROM (SELECT $1 AS wanted) AS asked LEFT JOIN pg_namespace ON nspname = wanted`;
