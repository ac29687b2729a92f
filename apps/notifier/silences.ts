import type pg from "pg";
import { withPostgres } from "../../clients/postgres/client.ts";
import { quoted } from "../../clients/postgres/names.ts";
import { pause } from "../../lib/timing.ts";
import { repeat } from "../../lib/until.ts";
import {
  byOurClock,
  SECONDS_LEFT,
  type SecondsLeft,
  type SilenceScope,
  silencing,
} from "../shared/silences.ts";
import type { AlertRow } from "./alertRow.ts";
import type { NotifierOptions } from "./options.ts";
import type { Trouble } from "./status.ts";

const POLL_MS = 2_000;
const FIRST_ANSWER_MS = 10_000;
const DEADLINES = { connect: 5_000, lock: 5_000, statement: 5_000 };

/**
 * The active silences, as PostgreSQL had them two seconds ago. While it does not answer, known silences stay active
 * until they end; if none are known, everything is posted.
 */
export class Silences {
  #isSilenced = silencing([]);
  /** Aborted by the first answer. */
  readonly #answered = new AbortController();

  constructor(
    private readonly source: NotifierOptions["silences"],
    private readonly trouble: Trouble,
  ) {
    if (source === undefined) this.#answered.abort();
  }

  /** Whether the row is silenced now. */
  silences(row: AlertRow): boolean {
    return this.#isSilenced(row, Date.now());
  }

  /** Replaces the known silences. */
  know(silences: readonly SilenceScope[]): void {
    this.#isSilenced = silencing(silences);
  }

  /** Waits for the first answer, but not for long: alerts are posted rather than delayed. */
  ready(signal: AbortSignal): Promise<void> {
    return pause(FIRST_ANSWER_MS, AbortSignal.any([signal, this.#answered.signal]));
  }

  /** Polls until the signal is aborted. */
  async follow(signal: AbortSignal): Promise<void> {
    const { source, trouble } = this;
    if (source === undefined) return;
    const polling = { pollMs: POLL_MS, signal };
    const askOnOneConnection = async () => {
      try {
        const ask = (client: pg.Client) => repeat(() => this.#ask(client, source.table), polling);
        await withPostgres(source.postgres, ask, DEADLINES);
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        trouble.failed(`silences cannot be read (${reason}); those that are known hold until they end`);
      }
    };
    await repeat(askOnOneConnection, polling);
  }

  async #ask(client: pg.Client, table: string): Promise<void> {
    const { rows } = await client.query<Omit<SilenceScope, "until"> & SecondsLeft>(
      `SELECT hostname, cpu, rule, ${SECONDS_LEFT} AS left FROM ${quoted(table)} WHERE until > now()`,
    );
    const now = Date.now();
    this.know(rows.map((row) => byOurClock(row, now)));
    this.#answered.abort();
    this.trouble.works();
  }
}
