import type { PartitionOffset, Positions } from "./positions.ts";

interface Sample {
  readonly at: number;
  readonly ends: readonly PartitionOffset[];
}

/**
 * Knows up to when a topic has been read. It notes where the topic ends at a moment; once reading has come to
 * there, all that was written before the moment has been read, open transactions included.
 */
export class ReadProgress {
  readonly #endsNow: () => Promise<readonly PartitionOffset[]>;
  readonly #positions: Positions;
  #sample: Sample | undefined;
  #until = 0;
  #asking = false;

  constructor(endsNow: () => Promise<readonly PartitionOffset[]>, positions: Positions) {
    this.#endsNow = endsNow;
    this.#positions = positions;
  }

  /** The moment, epoch ms; 0 at first. */
  get until(): number {
    this.#check();
    return this.#until;
  }

  /** Notes where the topic ends, unless reading is still on its way to the last note. Never throws. */
  async sample(): Promise<void> {
    this.#check();
    if (this.#sample !== undefined || this.#asking) return;
    this.#asking = true;
    try {
      const at = Date.now();
      this.#sample = { at, ends: await this.#endsNow() };
    } catch {
      // Kafka is unreachable: the reader reports it, and nothing is decided meanwhile.
    } finally {
      this.#asking = false;
    }
  }

  #check(): void {
    if (this.#sample === undefined || !this.#positions.reached(this.#sample.ends)) return;
    this.#until = this.#sample.at;
    this.#sample = undefined;
  }
}
