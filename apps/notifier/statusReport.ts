import { rmSync } from "node:fs";
import { replaceFile } from "../../lib/replaceFile.ts";
import type { ChannelStatus, Status } from "./status.ts";

const REPEAT_MS = 5_000;
const UPDATE_MS = 500;

/** Reports how the notifier is doing: events in the log, its condition in the status file. */
export class StatusReport {
  readonly #file: string | undefined;
  readonly #log: (line: string) => void;
  readonly #channels: ChannelReport[] = [];
  readonly #toldAt = new Map<string, number>();
  readonly #timer: NodeJS.Timeout;
  #written = "";
  #writtenAt = 0;
  #lastError: string | undefined;

  /** @param file of which a former one is removed; there is none until a channel is active */
  constructor(file: string | undefined, log: (line: string) => void) {
    this.#file = file;
    this.#log = log;
    // That of an earlier run does not describe this one.
    if (file !== undefined) rmSync(file, { force: true });
    this.#timer = setInterval(() => this.#update(), UPDATE_MS);
  }

  /** @param prefix of its lines in the log */
  channel(name: string, prefix: string): ChannelReport {
    const report = new ChannelReport(name, {
      tell: (line) => this.tell(prefix + line),
      trouble: (reason) => this.#tellTrouble(prefix + reason),
    });
    this.#channels.push(report);
    return report;
  }

  tell(line: string): void {
    this.#log(line);
  }

  /** Something that all channels share went wrong, and may pass. */
  trouble(reason: string): void {
    this.#lastError = reason;
    this.#tellTrouble(reason);
  }

  /** What all channels share works again. */
  fine(): void {
    this.#lastError = undefined;
  }

  close(): void {
    clearInterval(this.#timer);
    this.#update();
  }

  /** The same text is logged at most every 5 s. */
  #tellTrouble(reason: string): void {
    const now = Date.now();
    if (now - (this.#toldAt.get(reason) ?? 0) < REPEAT_MS) return;
    for (const [text, at] of this.#toldAt) if (now - at >= REPEAT_MS) this.#toldAt.delete(text);
    this.#toldAt.set(reason, now);
    this.#log(reason);
  }

  /** Writes the status file when something in it changed, and every 5 s. */
  #update(): void {
    const channels = this.#channels.flatMap(({ status }) => status ?? []);
    if (this.#file === undefined || channels.length === 0) return;
    const status = { channels, ...(this.#lastError !== undefined && { lastError: this.#lastError }) };
    const text = JSON.stringify(status);
    const now = Date.now();
    if (text === this.#written && now - this.#writtenAt < REPEAT_MS) return;
    replaceFile(this.#file, `${JSON.stringify({ ...status, updatedAt: now } satisfies Status)}\n`);
    this.#written = text;
    this.#writtenAt = now;
  }
}

/** Reports how a channel is doing. */
export class ChannelReport {
  readonly #out: Pick<StatusReport, "tell" | "trouble">;
  #counts: Omit<ChannelStatus, "name" | "lastError"> | undefined;
  #lastError: string | undefined;

  constructor(
    readonly name: string,
    out: Pick<StatusReport, "tell" | "trouble">,
  ) {
    this.#out = out;
  }

  /** Undefined until the channel is active for the first time. */
  get status(): ChannelStatus | undefined {
    const error = this.#lastError === undefined ? {} : { lastError: this.#lastError };
    return this.#counts && { name: this.name, ...this.#counts, ...error };
  }

  tell(line: string): void {
    this.#out.tell(line);
  }

  /** Something went wrong that may pass. */
  trouble(reason: string): void {
    this.#lastError = reason;
    this.#out.trouble(reason);
  }

  /** Everything works again. */
  fine(): void {
    this.#lastError = undefined;
  }

  set(counts: Omit<ChannelStatus, "name" | "lastError">): void {
    this.#counts = counts;
  }
}
