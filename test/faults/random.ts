import { mulberry32 } from "../../apps/generator/random.ts";

/** In seconds. */
export interface Span {
  readonly from: number;
  readonly below: number;
}

/** Choices that a seed determines. */
export class Random {
  readonly #next: () => number;

  constructor(seed: number) {
    this.#next = mulberry32(seed);
  }

  /** A whole number of ms, or of anything, from `from` to below `below`. */
  between(from: number, below: number): number {
    return from + Math.floor(this.#next() * (below - from));
  }

  /** A moment, to a tenth of a second. */
  seconds({ from, below }: Span): number {
    return this.between(from * 10, below * 10) / 10;
  }

  among<T>(values: readonly [T, ...T[]]): T {
    return values[this.between(0, values.length)] ?? values[0];
  }

  chance(share: number): boolean {
    return this.#next() < share;
  }

  /** The values in an order of their own. */
  shuffled<T>(values: readonly T[]): T[] {
    const keyed = values.map((value) => ({ value, key: this.#next() }));
    return keyed.sort((a, b) => a.key - b.key).map(({ value }) => value);
  }
}
