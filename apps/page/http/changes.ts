import { createHash } from "node:crypto";
import type { SectionName, Sections } from "../view.ts";

/** The sections that changed since they were last sent to one browser. */
export class Changes {
  /** Hashes, because the sections of a large stack take megabytes, and there are several browsers. */
  readonly #sent = new Map<string, string>();

  /** @returns each changed section as an event, in bytes: other than text, these take no room in the heap */
  take(sections: Sections): Buffer[] {
    const changed: Buffer[] = [];
    for (const name of Object.keys(sections) as SectionName[]) {
      const json = JSON.stringify(sections[name]);
      const hash = createHash("sha1").update(json).digest("base64");
      if (this.#sent.get(name) === hash) continue;
      this.#sent.set(name, hash);
      changed.push(Buffer.from(`event: ${name}\ndata: ${json}\n\n`));
    }
    return changed;
  }
}
