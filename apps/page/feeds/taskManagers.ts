import type { JobObserver } from "../../../clients/flink/jobObserver.ts";
import { pause } from "../../../lib/timing.ts";

/** The TaskManagers that the JobManager knows. */
interface Found {
  readonly count: number;
  /** The longest silence of one, in ms; undefined if none is longer than normal. */
  readonly silentMs: number | undefined;
}

/** Finds TaskManagers that have gone silent, by their heartbeats. */
export class TaskManagers {
  readonly #isHere: boolean;
  #heartbeatMs: number | undefined;
  #oldest = Number.NaN;
  #changedAt = 0;

  /**
   * @param url of the JobManager, whose clock may differ if it is on another machine or in another container
   * @param lookMs the time between two looks
   */
  constructor(
    private readonly observer: JobObserver,
    url: string,
    private readonly lookMs: number,
  ) {
    this.#isHere = /^http:\/\/(127\.0\.0\.1|localhost)[:/]/.test(url);
  }

  /** Waits for a silence that will be too long before the next look, so that it is reported as soon as it is. */
  async look(signal: AbortSignal): Promise<Found> {
    this.#heartbeatMs ??= await this.observer.heartbeatMs();
    const normalMs = 1.5 * (this.#heartbeatMs ?? Number.POSITIVE_INFINITY) + this.lookMs / 2;
    let heartbeats = await this.observer.heartbeats();
    const leftMs = normalMs - this.#silence(heartbeats);
    if (leftMs >= 0 && leftMs < this.lookMs) {
      // A timer may fire a millisecond early.
      await pause(leftMs + 2, signal);
      heartbeats = await this.observer.heartbeats();
    }
    const silentMs = this.#silence(heartbeats);
    return { count: heartbeats.length, silentMs: silentMs > normalMs ? silentMs : undefined };
  }

  /**
   * The longest silence, in ms.
   *
   * @param heartbeats by the JobManager's clock, epoch ms
   */
  #silence(heartbeats: readonly number[]): number {
    if (heartbeats.length === 0) return 0;
    const oldest = Math.min(...heartbeats);
    const now = Date.now();
    if (oldest !== this.#oldest) [this.#oldest, this.#changedAt] = [oldest, now];
    // If the clocks differ, all that counts is whether a time stays the same.
    return now - (this.#isHere ? oldest : this.#changedAt);
  }
}
