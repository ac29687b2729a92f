/** How often the generator reports. */
export const REPORT_MS = 5_000;

/** Passes on a line only if the last one was long enough ago: trouble is reported no more often than progress. */
export function rarely(onReport: (line: string) => void): (line: string) => void {
  let last = Number.NEGATIVE_INFINITY;
  return (line) => {
    if (performance.now() - last < REPORT_MS) return;
    last = performance.now();
    onReport(line);
  };
}

/** What the generator has done so far. Times in epoch ms. */
export interface ReportState {
  readonly sent: number;
  /** The newest acknowledged event time; 0 when there is none. */
  readonly newest: number;
  /** The event time of the next message; `undefined` at the end of the stretch. */
  readonly nextAt: number | undefined;
}

/** Writes lines such as `sent 1,234,567 (1,000/s), newest 2026-01-01T00:00:00.000Z, behind 0.0 s`. */
export class Reporter {
  readonly #state: () => ReportState;
  readonly #first: { readonly sent: number; readonly at: number };
  #last: { readonly sent: number; readonly at: number };

  /** @param now the time of the first message, epoch ms */
  constructor(state: () => ReportState, now: number) {
    this.#state = state;
    this.#first = { sent: state().sent, at: now };
    this.#last = this.#first;
  }

  /** The line at `now` (epoch ms), with the rate since the line before. */
  line(now: number): string {
    const since = this.#last;
    this.#last = { sent: this.#state().sent, at: now };
    return this.#line(now, since);
  }

  /** The last line, with the rate since the beginning. */
  finalLine(now: number): string {
    return this.#line(now, this.#first);
  }

  #line(now: number, since: { readonly sent: number; readonly at: number }): string {
    const { sent, newest, nextAt } = this.#state();
    const rate = ((sent - since.sent) * 1000) / Math.max(1, now - since.at);
    const newestText = newest === 0 ? "none yet" : new Date(newest).toISOString();
    const behind = Math.max(0, now - (nextAt ?? now)) / 1000;
    return `sent ${grouped(sent)} (${grouped(rate)}/s), newest ${newestText}, behind ${behind.toFixed(1)} s`;
  }
}

function grouped(value: number): string {
  return Math.round(value).toLocaleString("en-US");
}
