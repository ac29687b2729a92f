/** Whether a part of the stack works: not known until it has been asked. */
export type PartState = "up" | "down" | "not known";

export interface Part {
  readonly name: string;
  readonly state: PartState;
  /** What is wrong, as a sentence. */
  readonly problem?: string;
  /** A command that helps. */
  readonly help?: string;
}

/** What is known of each part of the stack, by its name. */
export class Parts {
  readonly #parts = new Map<string, Part>();

  /** @param names every part that the stack has, in the order in which they are shown */
  constructor(names: readonly string[]) {
    for (const name of names) this.#parts.set(name, { name, state: "not known" });
  }

  up(name: string): void {
    this.#parts.set(name, { name, state: "up" });
  }

  down(name: string, problem: string, help?: string): void {
    this.#parts.set(name, { name, state: "down", problem, ...(help !== undefined && { help }) });
  }

  get all(): Part[] {
    return [...this.#parts.values()];
  }
}
