import { rmSync } from "node:fs";
import { replaceFile } from "../../lib/replaceFile.ts";

/** How the notifier is doing, as written to its status file. */
export interface Status {
  readonly channels: readonly ChannelStatus[];
  /** The last unresolved failure of what all channels share. */
  readonly lastError?: string | undefined;
}

/** How a channel is doing. */
export interface ChannelStatus {
  /** Such as `Slack`. */
  readonly name: string;
  /** The last unresolved failure. */
  readonly lastError?: string | undefined;
  /** Messages posted over all runs. */
  readonly posted: number;
  /** Ongoing episodes that were posted. */
  readonly openAlerts: number;
  /** Ongoing episodes that are silenced. */
  readonly silenced: number;
}

type Counts = Pick<ChannelStatus, "posted" | "openAlerts" | "silenced">;

const REPEAT_MS = 5_000;

/** Something that may stop working, and work again. */
export class Trouble {
  /** The last failure; undefined while it works. */
  reason: string | undefined;
  readonly #toldAt = new Map<string, number>();

  /**
   * @param tell writes a line to the log
   * @param onChange called when the reason may have changed
   */
  constructor(
    private readonly tell: (line: string) => void,
    private readonly onChange: () => void,
  ) {}

  works(): void {
    this.reason = undefined;
    this.onChange();
  }

  /** It may be temporary. The same text is logged at most every 5 s. */
  failed(reason: string): void {
    this.reason = reason;
    this.onChange();
    const now = performance.now();
    for (const [text, at] of this.#toldAt) if (now - at >= REPEAT_MS) this.#toldAt.delete(text);
    if (this.#toldAt.has(reason)) return;
    this.#toldAt.set(reason, now);
    this.tell(reason);
  }
}

/** Reports how a channel is doing. */
export class Report {
  /** Undefined until the channel is active for the first time. */
  counts: Counts | undefined;
  /** Whether the channel takes messages. */
  readonly channel: Trouble;
  /** Whether Kafka can be read for it. */
  readonly kafka: Trouble;

  /**
   * @param tell writes a line to the log
   * @param onChange called when the counts or a failure may have changed
   */
  constructor(
    readonly tell: (line: string) => void,
    private readonly onChange: () => void,
  ) {
    this.channel = new Trouble(tell, onChange);
    this.kafka = new Trouble(tell, onChange);
  }

  show(counts: Counts): void {
    this.counts = counts;
    this.onChange();
  }
}

/** Reports how the notifier is doing: events in the log, its condition in the status file. */
export class StatusReport {
  /** Whether silences can be read. */
  readonly silences: Trouble;
  readonly #channels = new Map<string, Report>();
  #written = "";

  /** @param file an existing one is removed; none is written until a channel is active */
  constructor(
    private readonly file: string | undefined,
    private readonly log: (line: string) => void,
  ) {
    // An earlier run's file does not describe this run.
    if (file !== undefined) rmSync(file, { force: true });
    this.silences = new Trouble(log, () => this.#write());
  }

  /** @param prefix for its lines in the log */
  channel(name: string, prefix: string): Report {
    const tell = (line: string) => this.log(prefix + line);
    const report = new Report(tell, () => this.#write());
    this.#channels.set(name, report);
    return report;
  }

  #write(): void {
    const channels = [...this.#channels].flatMap(([name, { counts, channel, kafka }]) =>
      counts === undefined ? [] : [{ name, ...counts, lastError: channel.reason ?? kafka.reason }],
    );
    const status: Status = { channels, lastError: this.silences.reason };
    const text = JSON.stringify(status);
    if (this.file === undefined || channels.length === 0 || text === this.#written) return;
    try {
      replaceFile(this.file, text);
      this.#written = text;
    } catch {
      // A full disk must not stop the alerts. The next change is written.
    }
  }
}
