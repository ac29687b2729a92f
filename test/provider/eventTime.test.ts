import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, expect, inject, it } from "vitest";
import { withOptions } from "../../components/ddl.ts";
import { kafkaOptions } from "../../components/selfManaged/tableOptions.ts";
import { Background } from "../support/background.ts";
import { OwnTopics } from "../support/ownTopics.ts";
import { pipelineJob } from "../support/secureJobs.ts";
import { cancelAll, create } from "../support/sqlJobs.ts";
import { SQL_VALUES } from "../support/sqlValues.ts";
import { consume, produce, until } from "../support/topics.ts";

const services = inject("services");
const { kafka } = services;
const IDLE = "'scan.watermark.idle-timeout' = '30 s'";
/** The shorter it is, the sooner event time goes on without a partition that is idle. */
const BRIEF_IDLE_MS = 8_000;
/** Longer than a busy machine takes for the messages that make event time advance. */
const LONG_IDLE_MS = 30_000;
const MAX_DELAY_MS = 60_000;
const HOUR_MS = 3_600_000;
const SEEN = `CREATE TABLE seen (hostname STRING, event_time STRING) WITH (
  'connector' = 'kafka', 'topic' = 'seen', 'format' = 'json')`;

const jobs: string[] = [];
const used: OwnTopics<string>[] = [];

afterAll(async () => {
  await cancelAll(jobs);
  for (const topics of used) await topics.delete();
});

/** Readings in two partitions, and how far event time had advanced when each was read. */
class Watched {
  /** The longest time for which a partition had no new message, in ms. */
  longestPause = 0;
  readonly #topics = new OwnTopics(kafka, ["cpu_load_stats_real", "seen"], 2);
  /** By partition. */
  readonly #sentAt = [Date.now(), Date.now()];

  /** @param idleMs how long the source waits for a partition without valid messages */
  private constructor(readonly idleMs: number) {}

  static async start(idleMs: number, values: object = {}): Promise<Watched> {
    const watched = new Watched(idleMs);
    const topics = watched.#topics;
    used.push(topics);
    await topics.create();
    const job = pipelineJob("filter", services, { ...SQL_VALUES, ...values });
    jobs.push(job.job);
    const [source = ""] = job.tables;
    const sink = withOptions(SEEN, kafkaOptions(kafka));
    await create({
      ...job,
      tables: [source.replace(IDLE, `'scan.watermark.idle-timeout' = '${idleMs} ms'`), sink].map((ddl) =>
        topics.table(ddl),
      ),
      statement:
        "INSERT INTO seen SELECT hostname, CAST(CURRENT_WATERMARK(time_ltz) AS STRING) FROM CPU_IN WHERE hostname = 'doc'",
    });
    watched.#sentAt.fill(Date.now());
    return watched;
  }

  async send(partition: number, hostname: string, occurredAt: number): Promise<void> {
    await this.sendText(
      partition,
      JSON.stringify({ hostname, cpu: "cpu1", usage: 50, occurred_at: occurredAt }),
    );
  }

  async sendText(partition: number, value: string): Promise<void> {
    await produce(kafka, this.#topics.of("cpu_load_stats_real"), [{ partition, value }]);
    const now = Date.now();
    this.longestPause = Math.max(this.longestPause, now - (this.#sentAt[partition] ?? 0));
    this.#sentAt[partition] = now;
  }

  /** Epoch ms; -Infinity while event time has not begun. */
  async eventTime(): Promise<number> {
    const rows = await consume(kafka, this.#topics.of("seen"));
    const last = rows.at(-1)?.event_time;
    return typeof last === "string" ? Date.parse(`${last.replace(" ", "T")}Z`) : Number.NEGATIVE_INFINITY;
  }
}

/** No partition was without messages for so long that event time would have advanced for that reason. */
const expectNoneIdle = ({ longestPause, idleMs }: Watched) => expect(longestPause).toBeLessThan(idleMs);

it("a partition that has only invalid messages does not hold back event time", async () => {
  const watched = await Watched.start(BRIEF_IDLE_MS);
  const start = Date.UTC(2026, 0, 5, 13);
  // On a busy machine, reading what the job has written may take as long as a pause may last.
  const sending = new Background(async (isStopped) => {
    for (; !isStopped(); await sleep(300)) {
      await watched.sendText(1, "no reading");
      await watched.send(0, "doc", start);
    }
  });
  await until(
    async () => (await watched.eventTime()) > Number.NEGATIVE_INFINITY,
    "event time to begin",
  ).finally(() => sending.stop());
  expect(await watched.eventTime()).toBe(start - 10_000);
  expectNoneIdle(watched);
});

it.each([
  ["behind", -HOUR_MS],
  ["ahead", HOUR_MS],
])(
  "a device whose clock is %s, alone in its partition, delays others by source.maxDelay at most",
  async (_, off) => {
    const watched = await Watched.start(LONG_IDLE_MS, { "source.maxDelay": `${MAX_DELAY_MS}ms` });
    await until(async () => {
      const now = Date.now();
      await watched.send(1, "plc7", now + off);
      await sleep(300);
      await watched.send(0, "doc", now);
      return (await watched.eventTime()) >= now - MAX_DELAY_MS - 20_000;
    }, "event time to advance");
    expectNoneIdle(watched);
  },
);
