/** How long TaskManagers have been silent. */
export class Silences {
  readonly #isHere: boolean;
  #oldest = Number.NaN;
  #changedAt = 0;

  /**
   * @param url of the JobManager, whose clock may differ if it is on another machine or in another container
   * @param lookMs the time between two looks
   */
  constructor(
    url: string,
    private readonly lookMs: number,
  ) {
    this.#isHere = /^http:\/\/(127\.0\.0\.1|localhost)[:/]/.test(url);
  }

  /**
   * The longest silence of a TaskManager, in ms; undefined if none is longer than normal.
   *
   * @param heartbeats by the JobManager's clock, epoch ms
   */
  longest(heartbeats: readonly number[], heartbeatMs: number | undefined): number | undefined {
    if (heartbeatMs === undefined || heartbeats.length === 0) return undefined;
    const oldest = Math.min(...heartbeats);
    const now = Date.now();
    if (oldest !== this.#oldest) [this.#oldest, this.#changedAt] = [oldest, now];
    // If the clocks differ, all that counts is whether a time stays the same.
    const silent = now - (this.#isHere ? oldest : this.#changedAt);
    return silent > 1.5 * heartbeatMs + this.lookMs / 2 ? silent : undefined;
  }
}
