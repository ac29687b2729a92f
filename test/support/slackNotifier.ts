import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { AlertEvent } from "../../apps/notifier/alertRow.ts";
import type { RawNotifierOptions } from "../../apps/notifier/options.ts";
import { type KafkaConnection, kafkaClient } from "../../clients/kafka/client.ts";
import { topicHandler } from "../../provider/kafka/topic.ts";
import { notifierBundle } from "./notifierBundle.ts";
import { SlackStandIn } from "./slack.ts";
import { NotifierProcess } from "./slackNotifierProcess.ts";
import { CHANNEL, TOKEN } from "./slackWorkspace.ts";
import { produce, type TestMessage, until } from "./topics.ts";

const START = Date.parse("2026-01-05T13:00:00Z");
const WINDOW_MS = 30_000;

/** A topic, a Slack and a folder for a single test. Windows are numbered from 0, 30 s each. */
export class NotifierBench {
  readonly slack = new SlackStandIn();
  readonly #kafka: KafkaConnection;
  readonly #asNotifier: KafkaConnection;
  readonly #directory = mkdtempSync(join(tmpdir(), "notifier-test-"));
  readonly #program = join(this.#directory, "notifier.mjs");
  /** Consumer group of the notifiers. */
  readonly name = `notifier-${Math.random().toString(36).slice(2, 10)}`;
  readonly #processes: NotifierProcess[] = [];

  private constructor(kafka: KafkaConnection, asNotifier: KafkaConnection, bundle: Uint8Array) {
    this.#kafka = kafka;
    this.#asNotifier = asNotifier;
    writeFileSync(this.#program, bundle);
  }

  /** @param asNotifier how the notifiers reach Kafka */
  static async create(kafka: KafkaConnection, asNotifier = kafka): Promise<NotifierBench> {
    const bench = new NotifierBench(kafka, asNotifier, await notifierBundle());
    await bench.slack.start();
    const { topic } = bench;
    await topicHandler.create(
      { connection: kafka, topic, partitions: 2, replicationFactor: 1, config: {} },
      topic,
    );
    return bench;
  }

  /** The topic of the alerts. */
  get topic(): string {
    return `${this.name}-alerts`;
  }

  /** Starts a notifier that posts to the bench's Slack. */
  start(options: RawNotifierOptions = {}): NotifierProcess {
    const statusFile = join(this.#directory, `status-${this.#processes.length}.json`);
    const all: RawNotifierOptions = {
      channel: CHANNEL,
      token: TOKEN,
      slackApiUrl: this.slack.url,
      // However slow the machine is, only a test that shortens this sees requests time out.
      slackTimeout: "60s",
      interval: "1s",
      groupId: this.name,
      alertsTopic: this.topic,
      statusFile,
      ...options,
    };
    const config = join(this.#directory, `config-${this.#processes.length}.json`);
    writeFileSync(config, JSON.stringify({ kafka: this.#asNotifier, options: all }), { mode: 0o600 });
    const child = spawn(process.execPath, [this.#program, "--config", config], {
      stdio: ["ignore", "pipe", "pipe"],
    });
    const started = new NotifierProcess(child, statusFile);
    this.#processes.push(started);
    return started;
  }

  /** Writes rows of the alerts. */
  async write(...rows: readonly AlertLine[]): Promise<void> {
    await produce(this.#kafka, this.topic, rows.map(alertRecord));
  }

  /** What a group has committed, over all partitions. */
  async committed(group = this.name): Promise<number> {
    const admin = kafkaClient(this.#kafka, "test").admin();
    await admin.connect();
    const topics = await admin.fetchOffsets({ groupId: group, topics: [this.topic] });
    await admin.disconnect();
    return topics
      .flatMap(({ partitions }) => partitions)
      .reduce((sum, { offset }) => sum + Math.max(0, Number(offset)), 0);
  }

  /** What was posted to Slack, e.g. `raised dopey/cpu4 13:00:30`. */
  get told(): string[] {
    return this.slack.workspace.lines.map(briefly);
  }

  /** How many changes were posted to Slack, including those only counted. */
  get counted(): number {
    return this.slack.workspace.messages.reduce((sum, { text }) => {
      const heading = text.startsWith("*CPU alerts:*") ? (text.split("\n")[0]?.match(/\d+/g) ?? []) : ["1"];
      return sum + heading.reduce((total, number) => total + Number(number), 0);
    }, 0);
  }

  async toldSoFar(count: number, timeoutMs = 60_000): Promise<string[]> {
    await until(
      () => this.told.length >= count,
      `${count} lines in Slack, not ${this.told.join(", ")}`,
      timeoutMs,
    );
    return this.told;
  }

  async close(): Promise<void> {
    await Promise.all(this.#processes.map((process) => process.kill()));
    await this.slack.stop();
    const admin = kafkaClient(this.#kafka, "test").admin();
    await admin.connect();
    await admin.deleteTopics({ topics: [this.topic] });
    await admin.disconnect();
    rmSync(this.#directory, { recursive: true, force: true });
  }
}

/** A row: what happens to a series (`dopey/cpu4`) in a window, which is the first of its episode unless given. */
export type AlertLine = readonly [event: AlertEvent, series: string, window: number, first?: number];

const PHRASES: Readonly<Record<AlertEvent, string>> = {
  raised: "is over its threshold",
  still: "is still over its threshold",
  cleared: "is no longer over its threshold",
};

/** A row as the pipeline `alerts` writes it. */
export function alertRecord([event, series, window, first = window]: AlertLine): TestMessage & {
  value: string;
} {
  const [hostname, cpu] = series.split("/");
  const start = START + window * WINDOW_MS;
  const actual = event === "cleared" ? 41.3 : 95;
  const value = {
    rule: "threshold",
    event,
    hostname,
    cpu,
    window_start: sqlTime(start),
    window_end: sqlTime(start + WINDOW_MS),
    actual,
    threshold: 90,
    expected: null,
    since: sqlTime(START + first * WINDOW_MS),
    windows: window - first + 1,
    message: `${series} ${PHRASES[event]}: ${actual} % on average, threshold 90 %`,
  };
  return { key: series, value: JSON.stringify(value) };
}

/** When a window starts, in the form that {@link NotifierBench.told} uses. */
export function timeOf(window: number): string {
  return sqlTime(START + window * WINDOW_MS).slice(11);
}

function sqlTime(time: number): string {
  return new Date(time).toISOString().replace("T", " ").slice(0, 19);
}

function briefly(line: string): string {
  const [, icon, key, time] = /^:(\w+): \*(\S+)\* .* (\d\d:\d\d:\d\d)–/.exec(line) ?? [];
  const kind = { red_circle: "raised", large_orange_circle: "still", large_green_circle: "cleared" }[
    icon ?? ""
  ];
  return `${kind} ${key} ${time}`;
}
