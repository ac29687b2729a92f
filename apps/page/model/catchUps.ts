import type { Lag } from "./lag.ts";

/** A reader that has committed everything but the newest messages has caught up. */
const CAUGHT_UP_SECONDS = 5;

/**
 * Since when each pipeline has kept up: it has read everything there was, at least once since its job began. The
 * latency of earlier readings shows how long they waited for the job to exist, and nothing about the pipeline.
 */
export class CatchUps {
  readonly #jobs = new Map<string, { readonly id: string; readonly seenAt: number }>();
  readonly #caughtUpAt = new Map<string, number>();

  /**
   * The pipeline has this job. A new job has to catch up again; a restart of the same job is the pipeline's own delay.
   *
   * @returns whether the job is a new one
   */
  job(pipeline: string, id: string, now: number): boolean {
    if (this.#jobs.get(pipeline)?.id === id) return false;
    this.#jobs.set(pipeline, { id, seenAt: now });
    this.#caughtUpAt.delete(pipeline);
    return true;
  }

  lag(pipeline: string, { atLeastSeconds }: Pick<Lag, "atLeastSeconds">, now: number): void {
    if (atLeastSeconds <= CAUGHT_UP_SECONDS && !this.#caughtUpAt.has(pipeline))
      this.#caughtUpAt.set(pipeline, now);
  }

  /** Every pipeline has to catch up again. */
  restart(): void {
    this.#caughtUpAt.clear();
  }

  /** Whether results of readings that arrived then show how fast all of these pipelines are. */
  countsSince(arrivedAt: number, ...pipelines: readonly string[]): boolean {
    return pipelines.every((name) => arrivedAt >= (this.#caughtUpAt.get(name) ?? Number.POSITIVE_INFINITY));
  }

  /** For how long the job has been seen, in ms; undefined if it never was. */
  ageOf(pipeline: string, now: number): number | undefined {
    const seenAt = this.#jobs.get(pipeline)?.seenAt;
    return seenAt === undefined ? undefined : now - seenAt;
  }
}
