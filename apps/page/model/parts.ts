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

/**
 * What is known of each part of the stack, by its name. A part may have several reporters, such as a feed that reads and
 * one that looks: it is down as long as one of them has a problem with it.
 */
export class Parts {
  readonly #reports: ReadonlyMap<string, Map<string, Part>>;

  /** @param names every part that the stack has, in the order in which they are shown */
  constructor(names: readonly string[]) {
    this.#reports = new Map(names.map((name) => [name, new Map()]));
  }

  up(name: string, reporter = name): void {
    this.#reports.get(name)?.set(reporter, { name, state: "up" });
  }

  down(name: string, problem: string, help?: string, reporter = name): void {
    const part = { name, state: "down", problem, ...(help !== undefined && { help }) } as const;
    this.#reports.get(name)?.set(reporter, part);
  }

  get all(): Part[] {
    return [...this.#reports].map(([name, reports]) => {
      const all = [...reports.values()];
      return all.find(({ state }) => state === "down") ?? all[0] ?? { name, state: "not known" };
    });
  }
}
