import { withPostgres } from "../../clients/postgres/client.ts";
import type { PostgresConnection } from "../../clients/postgres/connection.ts";
import { quoted } from "../../clients/postgres/names.ts";
import { pause, unlessAborted } from "../../lib/timing.ts";
import { holds, type SilenceScope } from "../shared/silences.ts";
import type { AlertRow } from "./alertRow.ts";

/** Where the silences are. */
export interface SilenceSource {
  readonly postgres: PostgresConnection;
  /** With its schema or without. */
  readonly table: string;
}

const POLL_MS = 2_000;
const FIRST_ANSWER_MS = 10_000;
const DEADLINES = { connect: 5_000, lock: 5_000, statement: 5_000 };

/**
 * The silences that hold, as PostgreSQL had them two seconds ago. While it does not answer, those that are known hold
 * until they end; if none is known, everything is told.
 */
export class Silences {
  #known: readonly SilenceScope[] = [];
  readonly #source: SilenceSource | undefined;
  readonly #onTrouble: (reason: string) => void;
  readonly #onFine: () => void;
  #answered: () => void = () => {};
  readonly #first = new Promise<void>((resolve) => {
    this.#answered = resolve;
  });

  constructor(source: SilenceSource | undefined, onTrouble: (reason: string) => void, onFine = () => {}) {
    this.#source = source;
    this.#onTrouble = onTrouble;
    this.#onFine = onFine;
    if (source === undefined) this.#answered();
  }

  /** Whether nobody is to be told about the row now. */
  silences(row: AlertRow, now = Date.now()): boolean {
    return this.#known.some((silence) => holds(silence, row, now));
  }

  /** Waits for the first answer, but not for long: alerts are told rather than held up. */
  async ready(signal: AbortSignal): Promise<void> {
    const enough = AbortSignal.any([signal, AbortSignal.timeout(FIRST_ANSWER_MS)]);
    await unlessAborted(this.#first, enough).catch(() => {});
  }

  /** Asks again and again, until the signal. */
  async follow(signal: AbortSignal): Promise<void> {
    const source = this.#source;
    if (source === undefined) return;
    while (!signal.aborted) {
      try {
        await withPostgres(
          source.postgres,
          async (client) => {
            while (!signal.aborted) {
              const { rows } = await client.query<Row>(query(source.table));
              this.#known = rows.map((row) => silenceOf(row, Date.now()));
              this.#answered();
              this.#onFine();
              await pause(POLL_MS, signal);
            }
          },
          DEADLINES,
        );
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        this.#onTrouble(`silences cannot be read (${reason}); those that are known hold until they end`);
        await pause(POLL_MS, signal);
      }
    }
  }
}

interface Row extends Omit<SilenceScope, "until"> {
  /** In seconds; null if it never ends. */
  readonly rest: number | null;
}

/** PostgreSQL's clock decides: ours may differ. */
const query = (table: string) => `
  SELECT hostname, cpu, rule,
    CASE WHEN isfinite(until) THEN extract(epoch FROM until - now())::float8 END AS rest
  FROM ${quoted(table)} WHERE until > now()`;

const silenceOf = ({ rest, ...silence }: Row, now: number): SilenceScope => ({
  ...silence,
  until: rest === null ? Number.POSITIVE_INFINITY : now + rest * 1000,
});
