import pg from "pg";
import { type PostgresConnection, withPostgres } from "../../clients/postgres.ts";
import { changedKeys, type ResourceHandler } from "../resource.ts";

export interface TableInputs {
  readonly connection: PostgresConnection;
  readonly table: string;
  /** The statement that creates the table where it does not exist. */
  readonly ddl: string;
}

/** A table that pipelines fill. */
export const tableHandler: ResourceHandler<TableInputs, TableInputs> = {
  check: () => [],

  diff(state, inputs) {
    const replaces = (["table", "ddl"] as const).filter(
      (key) => meaning(state[key]) !== meaning(inputs[key]),
    );
    const changed = changedKeys(["connection", "ddl"], state, inputs);
    return { changed: replaces.length + changed.length > 0, replaces };
  },

  async create(inputs) {
    await withPostgres(inputs.connection, (client) => client.query(inputs.ddl));
    return { id: inputs.table, state: inputs };
  },

  async read(_id, state) {
    try {
      const { rows } = await withPostgres(state.connection, (client) =>
        client.query<{ found: string | null }>("SELECT to_regclass($1)::text AS found", [
          quoted(state.table),
        ]),
      );
      return rows[0]?.found === null ? undefined : state;
    } catch (error) {
      // A server that is down says nothing about its tables: they lie on its disk.
      if ((error as { code?: string }).code === "ECONNREFUSED") return state;
      throw error;
    }
  },

  update: async (_id, _state, inputs) => inputs,

  async delete(_id, state) {
    await withPostgres(state.connection, (client) =>
      client.query(`DROP TABLE IF EXISTS ${quoted(state.table)}`),
    );
  },
};

/** A statement without its comments and line breaks: other words about a table are no other table. */
const meaning = (sql: string) => sql.replaceAll(/--.*$/gm, "").replaceAll(/\s+/g, " ").trim();

/** A table's name, with its schema or without, as SQL has it. */
export const quoted = (table: string) => table.split(".").map(pg.escapeIdentifier).join(".");
