import { messageId, messageText } from "./message.ts";
import type { OutgoingMessage, Publisher } from "./publisher.ts";
import { type MessageRecord, messageRecord, seriesRecord } from "./savedState.ts";
import type { Change, SeriesState } from "./series.ts";
import { SlackRefusal } from "./slackFailures.ts";
import type { StateWriter } from "./stateWriter.ts";

/**
 * Posts messages so that a process killed at any moment repeats none and loses none. Each message is written
 * down before it is posted, with the states that hold once it is; then it is posted; then the states are saved;
 * then the message is struck out. After a restart, a message that is not struck out is looked for in the channel.
 */
export class Courier {
  readonly #publisher: Publisher;
  readonly #writer: Pick<StateWriter, "write">;
  readonly #channel: string;
  #channelId: string | undefined;
  #posted = 0;

  /** @param channel as configured: an id or a name */
  constructor(publisher: Publisher, writer: Pick<StateWriter, "write">, channel: string) {
    this.#publisher = publisher;
    this.#writer = writer;
    this.#channel = channel;
  }

  /** Messages posted, those of earlier runs included. */
  get posted(): number {
    return this.#posted;
  }

  /**
   * Continues from the newest saved record and finishes the message that it holds.
   *
   * @returns whether all is finished: false when stopped before
   * @throws SlackRefusal
   */
  async resume(record: MessageRecord | undefined): Promise<boolean> {
    if (record === undefined) return true;
    this.#posted = record.posted;
    if (record.status === "idle") {
      // The id is useless if another channel has been configured since.
      if (record.channel === this.#channel) this.#channelId = record.channelId;
      return true;
    }
    const { message, states, channel } = record;
    const moved = channel !== this.#channel;
    return this.#finish(
      { ...message, channel: moved ? this.#channel : message.channel },
      states,
      message.channel,
    );
  }

  /**
   * Posts the changes in one message.
   *
   * @param states of the series concerned, as they are after the changes
   * @returns whether it was posted: false when stopped before
   * @throws SlackRefusal
   */
  async send(changes: readonly Change[], states: readonly SeriesState[], now: number): Promise<boolean> {
    const message = {
      id: messageId(changes),
      channel: this.#channelId ?? this.#channel,
      text: messageText(changes),
      createdAt: now,
    };
    const record = {
      status: "sending",
      message,
      channel: this.#channel,
      states,
      posted: this.#posted,
    } as const;
    await this.#writer.write([messageRecord(record)]);
    return this.#finish(message, states);
  }

  async #finish(
    message: OutgoingMessage,
    states: readonly SeriesState[],
    mayBeIn?: string,
  ): Promise<boolean> {
    try {
      const channelId = await this.#publisher.publish(message, mayBeIn);
      if (channelId === undefined) return false;
      this.#channelId = channelId;
    } catch (error) {
      // Certainly not posted: no need to look for it later.
      if (error instanceof SlackRefusal && error.unsent) await this.#strikeOut();
      throw error;
    }
    this.#posted++;
    await this.#writer.write(states.map(seriesRecord));
    await this.#strikeOut();
    return true;
  }

  async #strikeOut(): Promise<void> {
    const known = this.#channelId === undefined ? {} : { channelId: this.#channelId };
    const record = { status: "idle", channel: this.#channel, ...known, posted: this.#posted } as const;
    await this.#writer.write([messageRecord(record)]);
  }
}
