import type pg from "pg";
import { withPostgres } from "../../../clients/postgres/client.ts";
import type { Deadlines, PostgresConnection } from "../../../clients/postgres/connection.ts";
import { quoted } from "../../../clients/postgres/names.ts";

/** A requested silence. */
export interface NewSilence {
  readonly hostname: string;
  /** Null for every CPU of the host. */
  readonly cpu: string | null;
  /** Null for every rule. */
  readonly rule: string | null;
  readonly minutes: number;
  readonly reason: string;
}

/** A requested threshold, in percent. */
export interface NewThreshold {
  readonly hostname: string;
  readonly value: number;
  /** What the user saw and wants to replace; null for a host without a threshold. */
  readonly former: number | null;
}

/** The threshold is no longer what the user saw; `current` is null if it was removed. */
export class ChangedMeanwhile extends Error {
  override readonly name = "ChangedMeanwhile";

  constructor(
    { hostname, former }: NewThreshold,
    readonly current: number | null,
  ) {
    const found =
      former === null
        ? `${hostname} already has a threshold of ${current} %`
        : current === null
          ? "Somebody has removed it in the meantime"
          : `Somebody has changed it to ${current} % in the meantime`;
    super(`${found}. To set yours all the same, save again.`);
  }
}

/** What can be changed on the page. */
export interface Edits {
  /**
   * Sets the threshold of a host.
   *
   * @throws ChangedMeanwhile if it is neither `former` nor already the new value
   */
  setThreshold(threshold: NewThreshold): Promise<void>;
  addSilence(silence: NewSilence): Promise<void>;
  /** Ends a silence now; one that has ended stays as it is. */
  endSilence(id: string): Promise<void>;
}

const DEADLINES: Deadlines = { connect: 3_000, lock: 3_000, statement: 5_000 };

/** Changes made in PostgreSQL. Values are always parameters of statements, never parts of their text. */
export function postgresEdits(
  connection: PostgresConnection,
  { thresholdTable, silenceTable }: { readonly thresholdTable: string; readonly silenceTable: string },
): Edits {
  const run = (statement: string, values: readonly unknown[]) =>
    withPostgres(connection, async (client) => void (await client.query(statement, [...values])), DEADLINES);
  return {
    setThreshold: async (threshold) => {
      const replace = (client: pg.Client) => replaceThreshold(client, quoted(thresholdTable), threshold);
      const current = await withPostgres(connection, replace, DEADLINES);
      if (current !== threshold.value) throw new ChangedMeanwhile(threshold, current);
    },
    addSilence: ({ hostname, cpu, rule, minutes, reason }) =>
      run(
        `INSERT INTO ${quoted(silenceTable)} (hostname, cpu, rule, until, reason)
         VALUES ($1, $2, $3, now() + make_interval(mins => $4), $5)`,
        [hostname, cpu, rule, minutes, reason],
      ),
    endSilence: (id) =>
      run(`UPDATE ${quoted(silenceTable)} SET until = now() WHERE id = $1 AND until > now()`, [id]),
  };
}

/**
 * Sets a threshold that is still what the user saw. A single statement checks and sets it, so that no other change can
 * come in between.
 *
 * @returns the threshold as it is now; null if there is none
 */
async function replaceThreshold(
  client: pg.Client,
  table: string,
  { hostname, value, former }: NewThreshold,
): Promise<number | null> {
  const { rowCount } =
    former === null
      ? await client.query(
          `INSERT INTO ${table} (hostname, allowed_top) VALUES ($1, $2) ON CONFLICT (hostname) DO NOTHING`,
          [hostname, value],
        )
      : await client.query(
          `UPDATE ${table} SET allowed_top = $2 WHERE hostname = $1 AND allowed_top::numeric = $3`,
          [hostname, value, former],
        );
  if (rowCount === 1) return value;
  const { rows } = await client.query<{ value: number }>(
    `SELECT allowed_top::numeric AS value FROM ${table} WHERE hostname = $1`,
    [hostname],
  );
  return rows[0]?.value ?? null;
}
