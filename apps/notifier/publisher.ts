/** A message for the channel. */
export interface OutgoingMessage {
  /** Marks the message in Slack, so that it is found again. */
  readonly id: string;
  readonly channel: string;
  readonly text: string;
  /** When it was first going to be posted, epoch ms. */
  readonly createdAt: number;
}

/** Where messages go. */
export interface Publisher {
  /**
   * Posts the message, waiting for as long as it takes.
   *
   * @param mayBeIn the channel where it may have arrived before
   * @returns the id of the channel; `undefined` when it was stopped before the message was posted
   * @throws SlackRefusal when no waiting helps
   */
  publish(message: OutgoingMessage, mayBeIn?: string): Promise<string | undefined>;
}

/** Without a token: the messages as they would be posted, in the log. */
export class LogPublisher implements Publisher {
  readonly #log: (line: string) => void;

  constructor(log: (line: string) => void) {
    this.#log = log;
  }

  async publish({ channel, text }: OutgoingMessage): Promise<string> {
    this.#log(`to ${channel}: ${text}`);
    return channel;
  }
}
