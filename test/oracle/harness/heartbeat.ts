import { setTimeout as sleep } from "node:timers/promises";
import type { RawMessage, Source } from "./source.ts";

/** Much shorter than the silence (30 s) after which a partition counts as idle. */
const EVERY_MS = 500;
/** The longest time that all jobs take to notice that a partition is active. */
const NOTICED_MS = 2_500;

/**
 * Sends harmless readings to every partition repeatedly while a test waits. No partition is then ever idle for any job,
 * so a partition with unread readings holds the watermark back.
 */
export class Heartbeat {
  #time = 0;
  #partitions: readonly number[] = [];
  #beating: Promise<void> | undefined;
  #stopping = new AbortController();
  #activeSince = new Map<number, number>();

  constructor(private readonly source: Source) {}

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
    const since = partitions.map((partition) => this.#activeSince.get(partition) ?? Date.now());
    this.#activeSince = new Map(partitions.map((partition, index) => [partition, since[index] ?? 0]));
    await sleep(Math.max(0, Math.max(...since) + NOTICED_MS - Date.now()));
  }

  /** No heartbeats until the next `go`, which must follow soon. */
  async pause(): Promise<void> {
    this.#stopping.abort();
    await this.#beating;
    this.#beating = undefined;
  }

  async stop(): Promise<void> {
    await this.pause();
    this.#activeSince.clear();
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
