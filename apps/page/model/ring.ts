const FIRST_CAPACITY = 32;
/** Used by a ring without rows: of many series, only some have rows of every kind. */
const [NO_SECONDS, NO_VALUES] = [new Uint32Array(0), new Float32Array(0)];

/** One row of a ring: a time in whole seconds since 1970, and one value per column. */
export type RingRow = readonly [seconds: number, ...values: number[]];

/**
 * The newest rows of numbers of one series, in typed arrays: 4 bytes per number. It grows up to the capacity that is
 * passed with each row; then the oldest row makes room.
 */
export class Ring {
  #seconds = NO_SECONDS;
  #values = NO_VALUES;
  #start = 0;
  #length = 0;

  constructor(readonly columns: number) {}

  get length(): number {
    return this.#length;
  }

  /** The values of the newest row if it has that time. */
  newestAt(seconds: number): number[] | undefined {
    if (this.#length === 0) return undefined;
    const place = this.#place(this.#length - 1);
    return this.#seconds[place] === seconds ? this.#row(place) : undefined;
  }

  /** Adds a row; one with the time of the newest replaces it. */
  set(seconds: number, values: readonly number[], capacity: number): void {
    const replaces = this.newestAt(seconds) !== undefined;
    if (!replaces) this.#makeRoom(capacity);
    const place = this.#place(replaces ? this.#length - 1 : this.#length++);
    this.#seconds[place] = seconds;
    for (let column = 0; column < this.columns; column++) {
      this.#values[place * this.columns + column] = values[column] ?? Number.NaN;
    }
  }

  /** The rows since a time, sorted by time; of rows with the same time, the one added last. */
  since(seconds: number): RingRow[] {
    const found = new Map<number, RingRow>();
    for (let index = 0; index < this.#length; index++) {
      const place = this.#place(index);
      const time = this.#seconds[place] ?? 0;
      if (time >= seconds) found.set(time, [time, ...this.#row(place)]);
    }
    return [...found.values()].sort((a, b) => a[0] - b[0]);
  }

  /** Visits the rows since a time in the order in which they came, without creating objects. */
  each(seconds: number, visit: (seconds: number, column: (index: number) => number) => void): void {
    let place = 0;
    const column = (index: number) => this.#values[place * this.columns + index] ?? Number.NaN;
    for (let index = 0; index < this.#length; index++) {
      place = this.#place(index);
      const time = this.#seconds[place] ?? 0;
      if (time >= seconds) visit(time, column);
    }
  }

  #makeRoom(capacity: number): void {
    if (this.#length >= capacity) {
      this.#start = (this.#start + this.#length - capacity + 1) % this.#seconds.length;
      this.#length = capacity - 1;
    } else if (this.#length === this.#seconds.length) {
      this.#grow(Math.min(capacity, Math.max(FIRST_CAPACITY, this.#length * 2)));
    }
  }

  #grow(size: number): void {
    const seconds = new Uint32Array(size);
    const values = new Float32Array(size * this.columns);
    for (let index = 0; index < this.#length; index++) {
      const place = this.#place(index);
      seconds[index] = this.#seconds[place] ?? 0;
      values.set(this.#row(place), index * this.columns);
    }
    this.#seconds = seconds;
    this.#values = values;
    this.#start = 0;
  }

  #place(index: number): number {
    return (this.#start + index) % this.#seconds.length;
  }

  #row(place: number): number[] {
    return [...this.#values.subarray(place * this.columns, (place + 1) * this.columns)];
  }
}
