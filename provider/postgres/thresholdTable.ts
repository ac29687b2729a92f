import type pg from "pg";
import { withPostgres } from "../../clients/postgres/client.ts";
import { quoted, serverAt } from "../../clients/postgres/names.ts";
import { HOSTNAME_FORMAT, isHostname, isPercentage, PERCENTAGE_FORMAT } from "../../lib/thresholds.ts";
import { warn } from "../log.ts";
import { changedKeys, type Problem, type ResourceHandler } from "../resource.ts";
import { alignTable, leftBehind, type TableInputs, tableDifference } from "./definition.ts";
import { dropTable } from "./dependents.ts";
import { shapeOf } from "./shape.ts";
import { requireFit, type Thresholds, thresholdProblem } from "./thresholdFit.ts";

export interface ThresholdTableInputs extends TableInputs {
  readonly rows: Thresholds;
}

export interface ThresholdTableState extends ThresholdTableInputs {
  /** The table's content when it was last read, including operators' changes. */
  readonly actual: Thresholds;
}

export const thresholdTableHandler: ResourceHandler<ThresholdTableInputs, ThresholdTableState> = {
  check: (inputs) =>
    Object.entries(inputs.rows ?? {})
      .flatMap(([host, threshold]) => [
        ...(isHostname(host)
          ? []
          : [
              `${JSON.stringify(host)} is not a valid host name for a threshold; allowed are ${HOSTNAME_FORMAT}`,
            ]),
        ...(isPercentage(threshold)
          ? []
          : [`the threshold of ${host} is ${threshold}; allowed is ${PERCENTAGE_FORMAT}`]),
      ])
      .map((reason): Problem => ({ property: "rows", reason })),

  async diff(state, inputs) {
    const { changed, replaces = [] } = await tableDifference(state, inputs, (client) =>
      requireFit(client, inputs.table, newIn(inputs.rows, state.rows)),
    );
    return {
      changed: changed || changedKeys(["connection", "rows"], state, inputs).length > 0,
      replaces,
    };
  },

  async create(inputs) {
    const actual = await withPostgres(inputs.connection, async (client) => {
      await alignTable(client, undefined, inputs);
      await fill(client, inputs);
      await client.query("COMMIT");
      return select(client, inputs.table);
    });
    return { id: inputs.table, state: { ...inputs, actual } };
  },

  async read(_id, state) {
    try {
      const actual = await withPostgres(
        state.connection,
        async (client) => (await shapeOf(client, state.table)) && select(client, state.table),
      );
      return actual && { ...state, actual };
    } catch (error) {
      // A server that is down still has its tables on disk.
      if ((error as { code?: string }).code === "ECONNREFUSED") return state;
      throw error;
    }
  },

  async update(_id, state, inputs) {
    const { wasThere, actual } = await withPostgres(inputs.connection, async (client) => {
      const wasThere = await alignTable(client, state, inputs);
      await (wasThere ? applyChanges(client, state.rows, inputs) : fill(client, inputs));
      await client.query("COMMIT");
      return { wasThere, actual: await select(client, inputs.table) };
    });
    if (!wasThere) {
      await warn(
        `the table ${inputs.table} was missing from ${serverAt(inputs.connection)}: it has been recreated with the ` +
          `thresholds of the settings; operators' changes to it are lost${leftBehind(state, inputs)}`,
      );
    }
    return { ...inputs, actual };
  },

  async delete(_id, state) {
    await dropTable(state.connection, state.table);
  },
};

/** After an interrupted `up` the table may already hold an operator's rows: they stay as they are. */
async function fill(client: pg.Client, { table, rows }: ThresholdTableInputs): Promise<void> {
  await requireFit(client, table, rows);
  for (const [host, threshold] of Object.entries(rows)) {
    await client.query(`${insertInto(table)} ON CONFLICT (hostname) DO NOTHING`, [host, threshold]);
  }
}

/** Changes only the rows whose configured value changed; rows that an operator edited or added stay. */
async function applyChanges(
  client: pg.Client,
  former: Thresholds,
  { table, rows: wanted }: ThresholdTableInputs,
): Promise<void> {
  const changed = newIn(wanted, former);
  await requireFit(client, table, changed);
  for (const [host, threshold] of Object.entries(changed)) {
    await client.query(
      `${insertInto(table)} ON CONFLICT (hostname) DO UPDATE SET allowed_top = EXCLUDED.allowed_top`,
      [host, threshold],
    );
  }
  for (const [host, threshold] of Object.entries(former)) {
    if (Object.hasOwn(wanted, host)) continue;
    // Removed from the config: the row goes too, unless an operator has changed its value.
    await client.query(
      `DELETE FROM ${quoted(table)} WHERE hostname = $1 AND allowed_top::numeric = $2::numeric`,
      [host, threshold],
    );
  }
}

/** The rows that were changed or added in the config. */
function newIn(wanted: Thresholds, former: Thresholds): Thresholds {
  return Object.fromEntries(Object.entries(wanted).filter(([host, threshold]) => former[host] !== threshold));
}

async function select(client: pg.Client, table: string): Promise<Thresholds> {
  const problem = await thresholdProblem(client, table);
  if (problem !== undefined) throw new Error(problem);
  const { rows } = await client.query<{ hostname: string; allowed_top: number }>(
    `SELECT hostname, allowed_top::numeric FROM ${quoted(table)} ORDER BY hostname`,
  );
  return Object.fromEntries(rows.map(({ hostname, allowed_top }) => [hostname, allowed_top]));
}

const insertInto = (table: string) => `INSERT INTO ${quoted(table)} (hostname, allowed_top) VALUES ($1, $2)`;
