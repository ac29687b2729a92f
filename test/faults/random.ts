import { mulberry32 } from "../../apps/generator/random.ts";

/** In seconds. */
export interface Span {
  readonly from: number;
  readonly below: number;
}

/** Choices determined by a seed. */
export class Random {
  readonly #next: () => number;

  constructor(seed: number) {
    this.#next = mulberry32(seed);
  }

  /** A whole number from `from` to below `below`, of ms or anything else. */
  between(from: number, below: number): number {
    return from + Math.floor(this.#next() * (below - from));
  }

  /** A time to the tenth of a second. */
  seconds({ from, below }: Span): number {
    return this.between(from * 10, below * 10) / 10;
  }

  among<T>(values: readonly [T, ...T[]]): T {
    return values[this.between(0, values.length)] ?? values[0];
  }

  chance(share: number): boolean {
    return this.#next() < share;
  }

  /** The values in a random order. */
  shuffled<T>(values: readonly T[]): T[] {
    const keyed = values.map((value) => ({ value, key: this.#next() }));
    return keyed.sort((a, b) => a.key - b.key).map(({ value }) => value);
  }
}
