import { Arrivals } from "./arrivals.ts";
import { CatchUps } from "./catchUps.ts";
import { Episodes } from "./episodes.ts";
import type { JobActivity } from "./jobActivity.ts";
import type { Lag } from "./lag.ts";
import { Latencies } from "./latencies.ts";
import { Parts } from "./parts.ts";
import { Pauses } from "./pauses.ts";
import { Quarantine } from "./quarantine.ts";
import { Rate } from "./rate.ts";
import { Ring } from "./ring.ts";
import { SeriesStore } from "./seriesStore.ts";
import type { Silence } from "./silences.ts";
import { Thresholds } from "./thresholds.ts";

/** Readings that wait are read in several batches per second. */
const CATCHING_UP_MS = 3_000;

/** Everything that the page knows about its stack. The feeds fill it; the views read it. */
export class World {
  readonly series = new SeriesStore();
  readonly episodes = new Episodes();
  readonly thresholds: Thresholds;
  readonly quarantine = new Quarantine();
  readonly arrivals = new Arrivals();
  readonly catchUps = new CatchUps();
  /** From the arrival of a live reading in Kafka until the page has its result. */
  readonly filterLatency = new Latencies();
  /** From the arrival of the last live reading of a window until the page has the alert that it raised. */
  readonly alertLatency = new Latencies(3_600_000);
  /** Readings, and rows by pipeline. */
  readonly rates: { readonly readings: Rate; readonly rows: Map<string, Rate> };
  readonly parts: Parts;
  /** Readings per second, every few seconds. */
  readonly throughput = new Ring(1);
  silences: readonly Silence[] = [];
  /** By pipeline; empty while Flink does not answer. */
  jobs: ReadonlyMap<string, JobActivity> = new Map();
  lags: ReadonlyMap<string, Lag> = new Map();
  /** Of the newest message that has been read, by topic and partition; later offsets may not be messages. */
  readonly newestOffsets = new Map<string, number>();
  /** When the newest reading arrived in Kafka, by the page's clock, epoch ms; undefined if none has. */
  newestReadingAt: number | undefined;
  /** Between the readings, by Kafka's clock. */
  readonly pauses = new Pauses();
  #catchingUpAt = Number.NEGATIVE_INFINITY;
  /** Start of the newest window, epoch ms; undefined if there is none. */
  newestWindowAt: number | undefined;

  constructor(
    readonly startedAt: number,
    pipelines: readonly string[],
    parts: readonly string[],
    thresholdCacheMs = 5_000,
  ) {
    this.thresholds = new Thresholds(thresholdCacheMs);
    this.parts = new Parts(parts);
    this.rates = {
      readings: new Rate(startedAt),
      rows: new Map(pipelines.map((pipeline) => [pipeline, new Rate(startedAt)])),
    };
  }

  /**
   * A reading was read at `now`.
   *
   * @param arrivedAt by Kafka's clock, which may differ from the page's
   * @param isLive whether it arrived while the page was reading
   */
  noteReading(arrivedAt: number, now: number, isLive: boolean): void {
    this.newestReadingAt = Math.max(isLive ? now : Math.min(arrivedAt, now), this.newestReadingAt ?? 0);
    this.pauses.note(arrivedAt);
    if (!isLive) this.#catchingUpAt = now;
  }

  /** Since then, epoch ms, the machine has slept: latencies would measure how long that was. */
  forgetSince(from: number): void {
    this.filterLatency.forgetSince(from);
    this.alertLatency.forgetSince(from);
    this.catchUps.restart();
  }

  /** Whether the page is reading what arrived while it did not. */
  isCatchingUp(now: number): boolean {
    return now - this.#catchingUpAt < CATCHING_UP_MS;
  }

  /** The filter's result of a reading that arrived at `arrivedAt` was seen at `seenAt`. */
  noteFiltered(arrivedAt: number, seenAt: number): void {
    if (this.catchUps.countsSince(arrivedAt, "filter")) this.filterLatency.add(seenAt, seenAt - arrivedAt);
  }
}
