/** A message that is not a valid reading, or a reading that came too late. */
export interface Lost {
  /** When it arrived in Kafka, epoch ms. */
  readonly at: number;
  readonly reason: string;
  /** Its beginning, as text; what is not UTF-8 shows as U+FFFD. */
  readonly text: string;
  /** Its beginning as bytes, in hexadecimal. */
  readonly hex: string;
  /** Its length in bytes. */
  readonly bytes: number;
  readonly partition: string;
  readonly offset: string;
}

export interface ReasonCount {
  readonly reason: string;
  readonly count: number;
  readonly newestAt: number;
}

const EXAMPLES = 20;
/** More reasons than the pipeline has; reasons that contain bytes of a message could be endless. */
const MOST_REASONS = 100;

/** Reasons with their counts since the page's server started reading, and the newest examples. */
export class Quarantine {
  readonly #reasons = new Map<string, { count: number; newestAt: number }>();
  readonly #examples: Lost[] = [];

  add(lost: Lost): void {
    const reason =
      this.#reasons.has(lost.reason) || this.#reasons.size < MOST_REASONS ? lost.reason : "others";
    const known = this.#reasons.get(reason) ?? { count: 0, newestAt: 0 };
    this.#reasons.set(reason, { count: known.count + 1, newestAt: Math.max(lost.at, known.newestAt) });
    this.#examples.unshift(lost);
    this.#examples.length = Math.min(this.#examples.length, EXAMPLES);
  }

  /** Those with the most messages first. */
  get reasons(): ReasonCount[] {
    return [...this.#reasons]
      .map(([reason, counts]) => ({ reason, ...counts }))
      .sort((a, b) => b.count - a.count);
  }

  /** Newest first. */
  get examples(): readonly Lost[] {
    return this.#examples;
  }
}
