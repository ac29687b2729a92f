import { setTimeout as sleep } from "node:timers/promises";
import { expect, onTestFinished, test, vi } from "vitest";
import type { Channel, NewestMessage } from "../../../apps/notifier/channel.ts";
import {
  type Commit,
  commitsOf,
  newProgress,
  type Progress,
  readCommitted,
} from "../../../apps/notifier/progress.ts";
import type { Reader } from "../../../apps/notifier/reader.ts";
import { Session } from "../../../apps/notifier/session.ts";
import type { Silences } from "../../../apps/notifier/silences.ts";
import { StatusReport } from "../../../apps/notifier/status.ts";
import type { TopicAdmin } from "../../../apps/notifier/topicAdmin.ts";
import { type AlertLine, alertRecord } from "../../support/slackNotifier.ts";

/** A topic, a group's commits, a channel and silences, all in memory. */
class Bench {
  /** By partition: where it begins, and its records. */
  readonly partitions: { low: number; rows: AlertLine[] }[];
  readonly posted: string[] = [];
  readonly lines: string[] = [];
  silenced: readonly string[] = [];
  /** The series of which the session has asked whether they are silenced. */
  readonly considered = new Set<string>();
  interval = 0;
  newest: NewestMessage | undefined;
  /** What the channel says to every request. */
  refusal: string | undefined;
  readonly report = new StatusReport(undefined, (line) => this.lines.push(line)).channel("Slack", "");
  commits: readonly Commit[];
  #positions = new Map<number, number>();
  #isReading = false;

  constructor(lows: readonly number[], progress?: Progress) {
    this.partitions = lows.map((low) => ({ low, rows: [] }));
    this.commits = progress === undefined ? [] : commitsOf(progress).commits;
  }

  /** Runs a session until the end of the test. */
  start(): void {
    const stop = new AbortController();
    onTestFinished(() => stop.abort());
    const { signal } = stop;
    const silences = {
      ready: async () => {},
      silences: ({ series }) => {
        this.considered.add(series);
        return this.silenced.includes(series);
      },
    } as Pick<Silences, "ready" | "silences"> as Silences;
    const connection = { bootstrapServers: "", security: { protocol: "PLAINTEXT" } } as const;
    const following = {
      connection,
      topic: "t",
      groupId: "g",
      channel: this.#channel(),
      silences,
      report: this.report,
      signal,
    };
    const session = new Session(following, this.#reader(), this.#admin());
    void session.run();
    void this.#pump(session, signal);
  }

  /** Writes rows to a partition. */
  write(partition: number, ...rows: readonly AlertLine[]): void {
    this.partitions[partition]?.rows.push(...rows);
  }

  /** Waits for the messages, and for a moment in which no other comes. */
  async expectPosted(...messages: readonly string[]): Promise<void> {
    await vi.waitFor(() => expect(this.posted).toEqual(messages), { timeout: 30_000, interval: 20 });
    await sleep(300);
    expect(this.posted).toEqual(messages);
  }

  #end(partition: number): number {
    const { low, rows } = this.partitions[partition] ?? { low: 0, rows: [] };
    return low + rows.length;
  }

  #channel(): Channel {
    return {
      ...{ name: "Slack", interval: this.interval, mostRows: 1_000 },
      check: async () => this.#refuse(),
      newest: async () => {
        this.#refuse();
        return this.newest;
      },
      post: async (rows) => {
        this.#refuse();
        this.posted.push(rows.map(({ row }) => `${row.event} ${row.series}`).join(", "));
        return "C1:3";
      },
      failureOf: (error) => ({ reason: String(error) }),
    };
  }

  #refuse(): void {
    if (this.refusal !== undefined) throw this.refusal;
  }

  #reader(): Reader {
    const reader: Pick<Reader, "isOurs" | "pause" | "resume" | "commit"> = {
      isOurs: async () => true,
      pause: () => {
        this.#isReading = false;
      },
      resume: () => {
        this.#isReading = true;
      },
      commit: async (commits) => {
        this.commits = commits;
      },
    };
    return reader as Reader;
  }

  #admin(): TopicAdmin {
    const admin: Pick<TopicAdmin, "standing" | "hasMore"> = {
      standing: async () => {
        const low = new Map(this.partitions.map((each, partition) => [partition, each.low]));
        const high = new Map(this.partitions.map((_, partition) => [partition, this.#end(partition)]));
        return { low, high, progress: readCommitted(this.commits, low) };
      },
      hasMore: async (positions) =>
        this.partitions.some((_, partition) => (positions.get(partition) ?? 0) < this.#end(partition)),
    };
    return admin as TopicAdmin;
  }

  /** Reads as kafkajs does: first from what is committed, or from the beginning if that is not in the topic. */
  async #pump(session: Session, signal: AbortSignal): Promise<void> {
    for (; !signal.aborted; await sleep(20)) {
      for (const [partition, { low, rows }] of this.#isReading ? this.partitions.entries() : []) {
        const committed = this.commits.find((each) => each.partition === partition)?.offset ?? low;
        const isThere = committed >= low && committed <= this.#end(partition);
        const from = this.#positions.get(partition) ?? (isThere ? committed : low);
        const records = rows.slice(from - low).map((line, index) => {
          const { key, value } = alertRecord(line);
          const offset = String(from + index);
          const texts = {
            key: Buffer.from(key ?? ""),
            value: Buffer.from(value),
            offset,
            timestamp: `${Date.now()}`,
          };
          return { ...texts, attributes: 0, headers: {} };
        });
        const next = from + records.length;
        if (records.length > 0 && session.take({ partition, records, next }))
          this.#positions.set(partition, next);
      }
    }
  }
}

const progressAt = (...next: [number, number][]): Progress => ({
  ...newProgress({ low: new Map(next), high: new Map() }, Date.now()),
  mark: "C1:1",
  posted: 3,
});
const raised = (series: string): AlertLine => ["raised", series, 0];

test("after a kill between Slack's acceptance and the commit, the end of a silence is noticed without a new row", async () => {
  const held = new Map([["0:17", { partition: 0, offset: 17, row: undefined, told: false }]]);
  const before = { ...progressAt([0, 18], [1, 40]), held };
  const bench = new Bench([17, 40], before);
  bench.write(0, raised("quiet/cpu1"));
  bench.write(1, ...Array.from({ length: 10 }, (_, n) => raised(`host${n}/cpu1`)));
  // It had posted the ten rows of partition 1.
  const next = new Map([
    [0, 18],
    [1, 50],
  ]);
  bench.newest = { log: before.log, next, released: [], firing: 10, mark: "C1:2" };
  bench.silenced = ["quiet/cpu1"];
  bench.start();
  // Otherwise the row could be a new one when the silence has ended.
  await vi.waitFor(() => expect(bench.considered.has("quiet/cpu1")).toBe(true), 30_000);
  await bench.expectPosted();
  bench.silenced = [];
  await bench.expectPosted("raised quiet/cpu1");
});

test("a record that is no row is logged without characters that control a terminal", async () => {
  const bench = new Bench([0], progressAt([0, 0]));
  bench.write(0, ["\u009b2J\u202e" as "raised", "a/cpu1", 0], raised("b/cpu1"));
  bench.start();
  await bench.expectPosted("raised b/cpu1");
  expect(bench.lines).toContainEqual(expect.stringMatching(/^skipped a record: .*"event":"\ufffd2J\ufffd"/));
});

test("of rows that Kafka has deleted before they were posted, the log says how many", async () => {
  const held = new Map([
    ["0:3", { partition: 0, offset: 3, row: undefined, told: false }],
    ["0:11", { partition: 0, offset: 11, row: undefined, told: true }],
  ]);
  const bench = new Bench([10, 10], { ...progressAt([0, 12], [1, 4]), held });
  bench.write(0, raised("a/cpu1"), raised("b/cpu1"), raised("c/cpu1"));
  bench.start();
  await bench.expectPosted("raised c/cpu1", "raised b/cpu1");
  expect(bench.lines.slice(0, 3)).toEqual([
    "Kafka has deleted up to 6 rows of partition 1 before they were posted",
    "Kafka no longer has the rows of 1 silenced alert: not posted if still ongoing when the silence ends",
    "active: 0 ongoing alerts, 1 silenced, 3 messages so far",
  ]);
  // kafkajs would lose all progress if it had to read from a place that Kafka no longer has.
  expect(bench.commits.map(({ offset }) => offset)).toEqual([13, 10]);
});

test("after Kafka has lost its newest rows, as in a power cut, the next rows are posted", async () => {
  const bench = new Bench([0], progressAt([0, 105]));
  bench.write(0, ...Array.from({ length: 100 }, (_, n) => raised(`old${n}/cpu1`)));
  bench.start();
  await vi.waitFor(
    () => expect(bench.lines).toContain("active: 0 ongoing alerts, 0 silenced, 3 messages so far"),
    30_000,
  );
  expect(bench.lines[0]).toBe(
    "Kafka has lost up to 5 rows at the end of partition 0; continuing with its next row",
  );
  bench.write(0, raised("new/cpu1"));
  await bench.expectPosted("raised new/cpu1");
});

test.each([
  ["the first run", undefined],
  ["a later run", progressAt([0, 0])],
])(
  "what is wrong with the channel is shown in %s, although Kafka works, until the channel works",
  async (_, progress) => {
    const bench = new Bench([0], progress);
    const { report } = bench;
    bench.refusal = "Slack refuses";
    bench.start();
    await vi.waitFor(() => expect(report.counts).toBeDefined(), 30_000);
    await sleep(300);
    expect(bench.lines).toContain("Slack refuses; trying again in 1 s");
    // On a busy machine it may have tried again.
    expect(report.channel.reason).toMatch(/^Slack refuses; trying again in \d+ s$/);
    expect(report.kafka.reason).toBeUndefined();
    bench.refusal = undefined;
    await vi.waitFor(() => expect(report.channel.reason).toBeUndefined(), 30_000);
  },
);

test("alerts are posted although the clock is set back", async () => {
  vi.useFakeTimers({ toFake: ["Date"] });
  onTestFinished(() => void vi.useRealTimers());
  const bench = new Bench([0]);
  bench.interval = 200;
  bench.start();
  bench.write(0, raised("a/cpu1"));
  await bench.expectPosted("raised a/cpu1");
  vi.setSystemTime(Date.now() - 3_600_000);
  bench.write(0, raised("b/cpu1"));
  await bench.expectPosted("raised a/cpu1", "raised b/cpu1");
});
