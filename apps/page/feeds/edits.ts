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

/** What can be changed on the page. */
export interface Edits {
  /** Sets the threshold of a host, in percent, whether or not it had one. */
  setThreshold(hostname: string, value: number): Promise<void>;
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
    setThreshold: (hostname, value) =>
      run(
        `INSERT INTO ${quoted(thresholdTable)} (hostname, allowed_top) VALUES ($1, $2)
         ON CONFLICT (hostname) DO UPDATE SET allowed_top = excluded.allowed_top`,
        [hostname, value],
      ),
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
