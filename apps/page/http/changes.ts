import type { SectionName, Sections } from "../view.ts";

/** The sections that changed since they were last sent to one browser. */
export class Changes {
  readonly #sent = new Map<string, string>();

  /** @returns each changed section as JSON */
  take(sections: Sections): [SectionName, string][] {
    const changed: [SectionName, string][] = [];
    for (const name of Object.keys(sections) as SectionName[]) {
      const json = JSON.stringify(sections[name]);
      if (this.#sent.get(name) === json) continue;
      this.#sent.set(name, json);
      changed.push([name, json]);
    }
    return changed;
  }
}
