import type { Channel } from "./channel.ts";
import type { Told } from "./fold.ts";
import { slackText } from "./slackText.ts";

/** Without a token: the messages as Slack would get them, in the log. */
export class LogChannel implements Channel {
  readonly name = "the log";
  readonly mostRows = Number.POSITIVE_INFINITY;

  /** @param recipient the channel that a token is missing for */
  constructor(
    readonly interval: number,
    private readonly recipient: string,
    private readonly log: (line: string) => void,
  ) {}

  async newest(): Promise<undefined> {}

  async tell(rows: readonly Told[]): Promise<string> {
    this.log(`to ${this.recipient}: ${slackText(rows)}`);
    return "";
  }
}
