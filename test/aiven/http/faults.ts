/** How requests go wrong. */
export interface Fault {
  /** Of the requests meant; any unless given. */
  readonly method?: string;
  readonly path: RegExp;
  /**
   * The status answered; `drop` cuts the connection, `hang` never answers. Without it, the answer is the real one,
   * only later.
   */
  readonly status?: number | "drop" | "hang";
  /** The message of the status. */
  readonly message?: string;
  /** How many requests; 1 unless given. */
  readonly times?: number;
  /** Whether the request is carried out nevertheless; "before" it is, unless given. */
  readonly after?: "before" | "after the effect";
  /** How much later than otherwise the answer comes, in ms. */
  readonly delayMs?: number;
}

/** The faults that are still to come. */
export class Faults {
  #waiting: { readonly fault: Fault; left: number }[] = [];

  add(fault: Fault): void {
    this.#waiting.push({ fault, left: fault.times ?? 1 });
  }

  /** Nothing goes wrong any more. */
  clear(): void {
    this.#waiting = [];
  }

  /** The first fault given that is meant for the request, which uses it up. */
  take(method: string, path: string): Fault | undefined {
    const next = this.#waiting.find(
      ({ fault, left }) => left > 0 && (fault.method ?? method) === method && fault.path.test(path),
    );
    if (next !== undefined) next.left--;
    return next?.fault;
  }
}
