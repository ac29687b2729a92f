/** How requests fail. */
export interface Fault {
  /** Of the affected requests; any unless given. */
  readonly method?: string;
  readonly path: RegExp;
  /**
   * The status to respond with; `drop` cuts the connection, `hang` never responds. Without it, the real response is
   * sent, only later.
   */
  readonly status?: number | "drop" | "hang";
  /** The message that goes with the status. */
  readonly message?: string;
  /** How many requests; 1 unless given. */
  readonly times?: number;
  /** Whether the fault hits before or after the request is carried out; "before" unless given. */
  readonly after?: "before" | "after the effect";
  /** How much later than usual the response is sent, in ms. */
  readonly delayMs?: number;
}

/** The faults still to come. */
export class Faults {
  #waiting: { readonly fault: Fault; left: number }[] = [];

  add(fault: Fault): void {
    this.#waiting.push({ fault, left: fault.times ?? 1 });
  }

  /** Removes all faults. */
  clear(): void {
    this.#waiting = [];
  }

  /** Takes the first fault that applies to the request; this uses it up. */
  take(method: string, path: string): Fault | undefined {
    const next = this.#waiting.find(
      ({ fault, left }) => left > 0 && (fault.method ?? method) === method && fault.path.test(path),
    );
    if (next !== undefined) next.left--;
    return next?.fault;
  }
}
