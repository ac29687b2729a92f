/** Weighted sums by key, each as it was before a row was added. */
export class RunningSums {
  readonly #sums = new Map<string, { sum: number; weight: number }>();

  /** Adds a row. @returns the sums without it, in the arithmetic of the SQL, which adds it and subtracts it again */
  before(key: string, value: number, weight: number): { readonly sum: number; readonly weight: number } {
    const total = this.#sums.get(key) ?? { sum: 0, weight: 0 };
    total.sum += value;
    total.weight += weight;
    this.#sums.set(key, total);
    return { sum: total.sum - value, weight: total.weight - weight };
  }
}
