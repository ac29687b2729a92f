import type { LabelFile } from "./labels.ts";
import { type Progress, writeProgress } from "./progress.ts";
import { rarely } from "./report.ts";

/**
 * Saves how far a generator got: its labels, and its progress. A file that cannot be written, as on a full disk, does
 * not end the generator, because a restart would repeat readings: it is reported, and the next save tries again.
 */
export class Saver {
  readonly #report: (line: string) => void;

  /** @param onReport receives a line of text when something cannot be saved */
  constructor(
    private readonly labels: LabelFile | undefined,
    private readonly progressFile: string | undefined,
    onReport: (line: string) => void,
  ) {
    this.#report = rarely(onReport);
  }

  save(progress: Progress): void {
    this.#try(() => {
      // Labels first: after a crash in between, the next run would not go back for them.
      this.labels?.advance(progress.newest + 1);
      if (this.progressFile !== undefined) writeProgress(this.progressFile, progress);
    });
  }

  /** Writes the labels of a complete stretch. @param end its event time, epoch ms, exclusive */
  complete(end: number): void {
    this.#try(() => this.labels?.advance(end));
  }

  #try(write: () => void): void {
    try {
      write();
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      this.#report(`progress cannot be saved (${reason}); trying again`);
    }
  }
}
