import { type Status, writeStatus } from "./statusFile.ts";

const REPEAT_MS = 5_000;

/** Reports how the notifier is doing: events in the log, its condition in the status file. */
export class StatusReport {
  readonly #file: string | undefined;
  readonly #log: (line: string) => void;
  readonly #toldAt = new Map<string, number>();
  #written = "";
  #writtenAt = 0;
  #lastError: string | undefined;

  constructor(file: string | undefined, log: (line: string) => void) {
    this.#file = file;
    this.#log = log;
  }

  tell(line: string): void {
    this.#log(line);
  }

  /** Something went wrong that may pass. The same text is logged at most every 5 s. */
  trouble(reason: string): void {
    this.#lastError = reason;
    const now = Date.now();
    if (now - (this.#toldAt.get(reason) ?? 0) < REPEAT_MS) return;
    this.#toldAt.clear();
    this.#toldAt.set(reason, now);
    this.#log(reason);
  }

  /** Everything works again. */
  fine(): void {
    this.#lastError = undefined;
  }

  /** Writes the status file when something in it changed, and every 5 s. */
  update(state: Pick<Status, "posted" | "openAlerts">): void {
    if (this.#file === undefined) return;
    const error = this.#lastError === undefined ? {} : { lastError: this.#lastError };
    const status = { posted: state.posted, openAlerts: state.openAlerts, ...error };
    const text = JSON.stringify(status);
    const now = Date.now();
    if (text === this.#written && now - this.#writtenAt < REPEAT_MS) return;
    writeStatus(this.#file, { ...status, updatedAt: now });
    this.#written = text;
    this.#writtenAt = now;
  }
}
