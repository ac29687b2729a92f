import { setTimeout as sleep } from "node:timers/promises";
import type { InputMessage, Row } from "../model/message.ts";
import { expectedOutputs, expectedWindows, type OutputName, type Outputs } from "../model/outputs.ts";
import { readHeartbeat, readReading } from "../model/reading.ts";
import { parseFlinkTime } from "../model/time.ts";
import { DISORDER_MS, finalWatermark, WINDOW_MS, windowStart } from "../model/watermark.ts";
import { ALERT_RULE, CANARY, type OracleStack, TREND_WINDOWS } from "./oracleStack.ts";
import { areThose } from "./outputComparison.ts";
import type { RawMessage } from "./source.ts";

/** A valid reading as a message. */
export interface SentReading {
  readonly hostname: string;
  readonly cpu: string;
  readonly usage: number;
  readonly occurred_at: number;
}

const RULES = { trendWindows: TREND_WINDOWS, alertRule: ALERT_RULE };
const DAY_MS = 86_400_000;
const STRETCH_MS = 7_200_000;
/** Outputs that have not changed by then never will. */
const STUCK_MS = 20_000;

// Weeks ago, on a window boundary; each stretch begins where the previous one ended.
let nextStretch = hourThatIsMissing(Date.now() - 40 * DAY_MS);

/** The event time (two hours by default) that belongs to one case, and the messages sent for it. */
export class Stretch {
  readonly from: number;
  readonly to: number;
  readonly #offsets: readonly number[];

  constructor(
    readonly oracle: OracleStack,
    /** Partitions that get no messages. */
    public idle: ReadonlySet<number> = new Set(),
    lengthMs = STRETCH_MS,
  ) {
    this.from = nextStretch;
    nextStretch += lengthMs;
    this.to = nextStretch;
    this.#offsets = [...oracle.source.ends];
  }

  get partitions(): number[] {
    return this.oracle.source.ends.map((_, partition) => partition).filter((index) => !this.idle.has(index));
  }

  /** Makes every partition active: from then on, only its own partition decides whether a message is late. */
  async open(time = this.from): Promise<void> {
    await this.oracle.heartbeat.go(time, this.partitions);
  }

  /** Sends messages without a heartbeat in between. */
  async send(messages: readonly RawMessage[]): Promise<void> {
    await this.oracle.heartbeat.pause();
    await this.oracle.source.send(messages);
  }

  /**
   * Closes all windows up to three after that of `time`. The three hold a canary, whose rise and averages show in every
   * output that the windows have closed.
   *
   * @returns the time from which readings are in windows of their own
   */
  async close(time: number): Promise<number> {
    const border = windowStart(time) + WINDOW_MS;
    const [partition = 0] = this.partitions;
    const canaries = Array.from({ length: TREND_WINDOWS }, (_, index) =>
      message(partition, {
        hostname: CANARY,
        cpu: "cpu1",
        usage: 10 + index,
        occurred_at: border + index * WINDOW_MS,
      }),
    );
    const closed = border + TREND_WINDOWS * WINDOW_MS;
    await this.send(canaries);
    await this.oracle.heartbeat.go(closed + DISORDER_MS, this.partitions);
    return closed + WINDOW_MS;
  }

  /** Everything sent since the stretch began, as read back. */
  input(): Promise<InputMessage[]> {
    return this.oracle.input(this.#offsets);
  }

  /**
   * Waits until the outputs of this stretch match the model, and records that its windows have closed.
   *
   * @throws an error with the difference if nothing has arrived for `stuckMs`
   */
  async settled(stuckMs = STUCK_MS): Promise<void> {
    const expected = await this.expected();
    await areThose(this.oracle, expected, stuckMs, (output, row) => this.holds(output, row));
    await this.noteClosed();
  }

  /** What this stretch must produce. */
  async expected(): Promise<Outputs> {
    const { oracle } = this;
    const input = await this.input();
    const { thresholds, barriers } = oracle;
    const earlier = [...oracle.windows].flatMap(([stretch, windows]) => (stretch === this ? [] : windows));
    return expectedOutputs({ input, barriers, idle: this.idle, thresholds, earlier, ...RULES });
  }

  /** Records that the windows of this stretch have closed: whatever arrives for them from now on is late. */
  async noteClosed(): Promise<void> {
    const { oracle } = this;
    const input = await this.input();
    oracle.windows.set(this, expectedWindows({ input, barriers: oracle.barriers, idle: this.idle }));
    const ticks = input.flatMap((sent) => readReading(sent) ?? readHeartbeat(sent) ?? []);
    oracle.barriers.push({
      watermark: finalWatermark(ticks, this.idle),
      offsets: [...oracle.source.ends],
    });
  }

  /** Whether a row of an output comes from this stretch. */
  holds(output: OutputName, row: Row): boolean {
    if (output === "quarantine") return Number(row.offset) >= (this.#offsets[Number(row.partition)] ?? 0);
    const time = output === "search" ? Number(row.occurred_at) : parseFlinkTime(timeOf(row));
    return time >= this.from && time < this.to;
  }
}

/**
 * Sends a reading to each partition, all at about the same time, so that none is late, whichever arrives first. Their
 * rows show that every job reads every partition at its full pace.
 */
export async function firstReadingsAreExact(oracle: OracleStack): Promise<void> {
  const stretch = new Stretch(oracle);
  await stretch.open();
  await stretch.send(
    stretch.partitions.map((partition) =>
      message(partition, {
        hostname: "doc",
        cpu: `cpu${partition}`,
        usage: 90,
        occurred_at: stretch.from + partition,
      }),
    ),
  );
  await stretch.close(stretch.from);
  await stretch.settled();
}

/** Compares all outputs with what the whole input implies: nothing arrived afterwards, and nothing twice. */
export async function everythingIsExact(oracle: OracleStack): Promise<void> {
  await outputsAre(oracle);
  // This still holds after another checkpoint of each job.
  await sleep(2_000);
  await outputsAre(oracle);
}

/** Waits until the outputs are what the whole input implies. */
export async function outputsAre(oracle: OracleStack, stuckMs = STUCK_MS): Promise<void> {
  const input = await oracle.input([]);
  const { thresholds, barriers, idle } = oracle;
  const expected = expectedOutputs({ input, barriers, idle, thresholds, ...RULES });
  await areThose(oracle, expected, stuckMs);
}

/** A reading as a message to a partition. */
export function message(partition: number, reading: SentReading): RawMessage {
  return { partition, value: JSON.stringify(reading) };
}

/**
 * 02:15 UTC of the last day before `time` on which New York's clocks jumped from 02:00 to 03:00. Software that takes
 * a time without a zone for a local one there, as a JDBC driver may, cannot write that hour.
 */
function hourThatIsMissing(time: number): number {
  const secondSundayOfMarch = (year: number) => 14 - new Date(Date.UTC(year, 2, 0)).getUTCDay();
  const jump = (year: number) => Date.UTC(year, 2, secondSundayOfMarch(year), 2, 15);
  const year = new Date(time).getUTCFullYear();
  return jump(year) < time ? jump(year) : jump(year - 1);
}

const timeOf = (row: Row) => String(row.time_ltz ?? row.window_start ?? row.trend_start);
