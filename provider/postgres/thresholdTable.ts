import type pg from "pg";
import { withPostgres } from "../../clients/postgres.ts";
import { changedKeys, type Problem, type ResourceHandler } from "../resource.ts";
import { quoted, type TableInputs } from "./table.ts";

/** The thresholds by host, in percent of CPU. */
export type Thresholds = Record<string, number>;

export interface ThresholdTableInputs extends TableInputs {
  readonly rows: Thresholds;
}

export interface ThresholdTableState extends ThresholdTableInputs {
  /** What the table held when it was last looked at, operators' changes included. */
  readonly actual: Thresholds;
}

export const thresholdTableHandler: ResourceHandler<ThresholdTableInputs, ThresholdTableState> = {
  check: (inputs) =>
    Object.entries(inputs.rows ?? {})
      .filter(([, threshold]) => !(Number.isInteger(threshold) && threshold >= 0 && threshold <= 100))
      .map(
        ([host, threshold]): Problem => ({
          property: "rows",
          reason: `the threshold of ${host} is ${threshold}: whole percent from 0 to 100 are allowed`,
        }),
      ),

  diff(state, inputs) {
    const replaces = changedKeys(["table", "ddl"], state, inputs);
    return {
      changed: replaces.length + changedKeys(["connection", "rows"], state, inputs).length > 0,
      replaces,
    };
  },

  async create(inputs) {
    const actual = await withPostgres(inputs.connection, async (client) => {
      await client.query(inputs.ddl);
      // The table may be there with an operator's rows, after an interrupted `up`: those stay as they are.
      for (const [host, threshold] of Object.entries(inputs.rows)) {
        await client.query(`${insertInto(inputs.table)} ON CONFLICT (hostname) DO NOTHING`, [
          host,
          threshold,
        ]);
      }
      return select(client, inputs.table);
    });
    return { id: inputs.table, state: { ...inputs, actual } };
  },

  async read(_id, state) {
    try {
      const actual = await withPostgres(state.connection, (client) => select(client, state.table));
      return { ...state, actual };
    } catch (error) {
      const { code } = error as { code?: string };
      if (code === UNDEFINED_TABLE) return undefined;
      // A server that is down says nothing about its tables: they lie on its disk.
      if (code === "ECONNREFUSED") return state;
      throw error;
    }
  },

  async update(_id, state, inputs) {
    const actual = await withPostgres(inputs.connection, async (client) => {
      await client.query("BEGIN");
      await applyChanges(client, inputs.table, state.rows, inputs.rows);
      await client.query("COMMIT");
      return select(client, inputs.table);
    });
    return { ...inputs, actual };
  },

  async delete(_id, state) {
    await withPostgres(state.connection, (client) =>
      client.query(`DROP TABLE IF EXISTS ${quoted(state.table)}`),
    );
  },
};

// https://www.postgresql.org/docs/current/errcodes-appendix.html
const UNDEFINED_TABLE = "42P01";

/** Touches only the rows whose configured value changed; what an operator edited or added stays. */
async function applyChanges(
  client: pg.Client,
  table: string,
  former: Thresholds,
  wanted: Thresholds,
): Promise<void> {
  for (const [host, threshold] of Object.entries(wanted)) {
    if (former[host] === threshold) continue;
    await client.query(
      `${insertInto(table)} ON CONFLICT (hostname) DO UPDATE SET allowed_top = EXCLUDED.allowed_top`,
      [host, threshold],
    );
  }
  for (const [host, threshold] of Object.entries(former)) {
    if (Object.hasOwn(wanted, host)) continue;
    // Gone from the config: so is the row, unless an operator has given it a value of their own.
    await client.query(`DELETE FROM ${quoted(table)} WHERE hostname = $1 AND allowed_top = $2`, [
      host,
      threshold,
    ]);
  }
}

async function select(client: pg.Client, table: string): Promise<Thresholds> {
  const { rows } = await client.query<{ hostname: string; allowed_top: number }>(
    `SELECT hostname, allowed_top FROM ${quoted(table)} ORDER BY hostname`,
  );
  return Object.fromEntries(rows.map(({ hostname, allowed_top }) => [hostname, allowed_top]));
}

const insertInto = (table: string) => `INSERT INTO ${quoted(table)} (hostname, allowed_top) VALUES ($1, $2)`;
