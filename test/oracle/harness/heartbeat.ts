import { setTimeout as sleep } from "node:timers/promises";
import type { RawMessage, Source } from "./source.ts";

/** Much shorter than the silence (30 s) after which a partition counts as idle. */
const EVERY_MS = 500;

/**
 * Sends harmless readings to every partition repeatedly while a test waits. No partition is then ever idle for any job,
 * so a partition with unread readings holds the watermark back.
 */
export class Heartbeat {
  #time = 0;
  #partitions: readonly number[] = [];
  #beating: Promise<void> | undefined;
  #stopping = new AbortController();
  /** Those that all jobs have noticed to be active. */
  #active: ReadonlySet<number> = new Set();

  /** @param untilRead waits until all jobs have read what the source has sent */
  constructor(
    private readonly source: Source,
    private readonly untilRead: () => Promise<void>,
  ) {}

  /**
   * Advances time to `time` (event time, epoch ms) everywhere and keeps it there. Returns when all jobs have
   * noticed that the partitions are active.
   */
  async go(time: number, partitions: readonly number[]): Promise<void> {
    await this.pause();
    this.#time = time;
    this.#partitions = partitions;
    await this.#beat();
    this.#stopping = new AbortController();
    this.#beating = this.#keepBeating(this.#stopping.signal);
    // Otherwise a job could read one partition's heartbeat and all that follows while it takes the others for idle.
    if (!partitions.every((partition) => this.#active.has(partition))) await this.untilRead();
    this.#active = new Set(partitions);
  }

  /** No heartbeats until the next `go`, which must follow soon. */
  async pause(): Promise<void> {
    this.#stopping.abort();
    await this.#beating;
    this.#beating = undefined;
  }

  async stop(): Promise<void> {
    await this.pause();
    this.#active = new Set();
  }

  async #keepBeating(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await sleep(EVERY_MS, undefined, { signal }).catch(() => {});
      if (!signal.aborted) await this.#beat();
    }
  }

  #beat(): Promise<void> {
    return this.source.send(this.#partitions.map((partition) => clock(partition, this.#time)));
  }
}

function clock(partition: number, occurred_at: number): RawMessage {
  const reading = { hostname: "clock", cpu: `cpu${partition}`, usage: 1, occurred_at };
  return { partition, value: JSON.stringify(reading) };
}
