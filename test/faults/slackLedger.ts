import { groupBy } from "../../lib/groupBy.ts";
import { TopicReader, type TopicRecord } from "../oracle/harness/topicReader.ts";
import type { SlackWorkspace } from "../support/slackWorkspace.ts";
import type { ClusterOutputs } from "../support/testStack.ts";
import { settled } from "./settled.ts";
import { changeOf, countIn, type EpisodeChange, linesIn } from "./slackChanges.ts";

/** Messages that have not arrived by then never will: longer than the notifier's longest pause (30 s). */
const STUCK_MS = 60_000;
const POLL_MS = 500;

/** How Slack compares with the rows of the alerts. A message may only count changes that it has no room for. */
export interface SlackVerdict {
  /** Starts and ends of episodes. */
  readonly changes: number;
  readonly told: number;
  readonly messages: number;
  readonly missing: number;
  /** Posted twice, or never expected. */
  readonly repeated: number;
  /** Posted after a later change of the same series. */
  readonly disordered: number;
}

/** What must be posted to Slack, compared with what was posted. */
export class SlackLedger {
  /** How far both have been compared. */
  #rows = 0;
  #messages = 0;

  private constructor(
    private readonly topic: string,
    private readonly reader: TopicReader,
    private readonly slack: SlackWorkspace,
  ) {}

  /** @returns undefined if nothing is posted */
  static async open(
    { kafka, results }: ClusterOutputs,
    slack: SlackWorkspace,
  ): Promise<SlackLedger | undefined> {
    const place = results.alerts;
    if (place === undefined || !("topic" in place)) return undefined;
    return new SlackLedger(place.topic, await TopicReader.start(kafka, [place.topic]), slack);
  }

  close(): Promise<void> {
    return this.reader.stop();
  }

  /**
   * Compares what has arrived since the previous call, once it is exact or nothing arrives any more.
   *
   * @param upTo the offsets up to which rows exist, by topic and partition
   */
  async verdict(upTo: ReadonlyMap<string, number>, stuckMs = STUCK_MS): Promise<SlackVerdict> {
    const comparison = async () => {
      const rows = this.reader.records(this.topic);
      const { messages } = this.slack;
      const verdict = compare(
        rows.slice(this.#rows),
        messages.slice(this.#messages).map(({ text }) => text),
      );
      const isExact = this.#hasRead(upTo) && verdict.missing + verdict.repeated + verdict.disordered === 0;
      const compared = { verdict, rows: rows.length, messages: messages.length };
      return { verdict: compared, isExact, count: compared.rows + compared.messages };
    };
    const { verdict, rows, messages } = await settled(comparison, { stuckMs, pollMs: POLL_MS });
    this.#rows = rows;
    this.#messages = messages;
    return verdict;
  }

  #hasRead(upTo: ReadonlyMap<string, number>): boolean {
    return [...upTo].every(([place, offset]) => {
      const [, topic = "", partition] = /^(.*)\/(\d+)$/.exec(place) ?? [];
      return topic !== this.topic || this.reader.next(topic, Number(partition)) >= offset;
    });
  }
}

export function compare(rows: readonly TopicRecord[], texts: readonly string[]): SlackVerdict {
  const expected = rows.flatMap((row) => changeOf(row) ?? []);
  const told = texts.reduce((total, text) => total + countIn(text), 0);
  const known = new Set(expected.map(nameOf));
  const lines = texts.flatMap(linesIn);
  const right = new Set(lines.map(nameOf).filter((name) => known.has(name)));
  return {
    changes: expected.length,
    told,
    messages: texts.length,
    missing: Math.max(0, expected.length - told),
    repeated: Math.max(lines.length - right.size, told - expected.length, 0),
    disordered: [...groupBy(lines, ({ series }) => series).values()].reduce(
      (total, series) => total + series.filter(({ at }, index) => at < (series[index - 1]?.at ?? at)).length,
      0,
    ),
  };
}

const nameOf = ({ event, series, at }: EpisodeChange) => `${event} ${series} ${at}`;

export const NOTHING_TOLD: SlackVerdict = {
  changes: 0,
  told: 0,
  messages: 0,
  missing: 0,
  repeated: 0,
  disordered: 0,
};

export const sumOfSlack = (a: SlackVerdict, b: SlackVerdict): SlackVerdict => ({
  changes: a.changes + b.changes,
  told: a.told + b.told,
  messages: a.messages + b.messages,
  missing: a.missing + b.missing,
  repeated: a.repeated + b.repeated,
  disordered: a.disordered + b.disordered,
});
