import { withPostgres } from "../../clients/postgres/client.ts";
import { quoted, serverAt } from "../../clients/postgres/names.ts";
import { warn } from "../log.ts";
import { changedKeys, type ResourceHandler } from "../resource.ts";
import { alignTable, leftBehind, type TableInputs, tableDifference } from "./definition.ts";
import { dropTable } from "./dependents.ts";

/** A table that pipelines fill. */
export const tableHandler: ResourceHandler<TableInputs, TableInputs> = {
  check: () => [],

  async diff(state, inputs) {
    const { changed, replaces = [] } = await tableDifference(state, inputs);
    return { changed: changed || changedKeys(["connection"], state, inputs).length > 0, replaces };
  },

  async create(inputs) {
    await apply(undefined, inputs);
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
      // A server that is down still has its tables on disk.
      if ((error as { code?: string }).code === "ECONNREFUSED") return state;
      throw error;
    }
  },

  async update(_id, state, inputs) {
    const wasThere = await apply(state, inputs);
    if (!wasThere) {
      await warn(
        `the table ${inputs.table} was missing from ${serverAt(inputs.connection)}, with its rows: it has been recreated, empty${leftBehind(state, inputs)}`,
      );
    }
    return inputs;
  },

  async delete(_id, state) {
    await dropTable(state.connection, state.table);
  },
};

/** @returns whether the table existed */
function apply(state: TableInputs | undefined, inputs: TableInputs): Promise<boolean> {
  return withPostgres(inputs.connection, async (client) => {
    const wasThere = await alignTable(client, state, inputs);
    await client.query("COMMIT");
    return wasThere;
  });
}
