import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { RawNotifierOptions } from "../../apps/notifier/options.ts";
import { type KafkaConnection, kafkaClient } from "../../clients/kafka/client.ts";
import { topicHandler } from "../../provider/kafka/topic.ts";
import { SlackStandIn } from "./slack.ts";
import { NotifierProcess } from "./slackNotifierProcess.ts";
import { CHANNEL, TOKEN } from "./slackWorkspace.ts";
import { produce, type TestMessage, until } from "./topics.ts";

const MAIN = join(import.meta.dirname, "../../apps/notifier/main.ts");
const START = Date.parse("2026-01-05T13:00:00Z");
const WINDOW_MS = 30_000;

const TOPIC_ROLES = ["notifications", "aggregates", "state"] as const;
type TopicRole = (typeof TOPIC_ROLES)[number];

/** Topics, a Slack and a folder of one test's own. Windows are numbered from 0, 30 s each. */
export class NotifierBench {
  readonly slack = new SlackStandIn();
  readonly #kafka: KafkaConnection;
  readonly #asNotifier: KafkaConnection;
  readonly #directory = mkdtempSync(join(tmpdir(), "notifier-test-"));
  readonly #name = `notifier-${Math.random().toString(36).slice(2, 10)}`;
  readonly #processes: NotifierProcess[] = [];

  private constructor(kafka: KafkaConnection, asNotifier: KafkaConnection) {
    this.#kafka = kafka;
    this.#asNotifier = asNotifier;
  }

  /** @param asNotifier how the notifiers themselves reach Kafka */
  static async create(kafka: KafkaConnection, asNotifier = kafka): Promise<NotifierBench> {
    const bench = new NotifierBench(kafka, asNotifier);
    await bench.slack.start();
    const create = (role: TopicRole, config = {}) => {
      const topic = bench.topic(role);
      return topicHandler.create(
        { connection: kafka, topic, partitions: 2, replicationFactor: 1, config },
        topic,
      );
    };
    await Promise.all([
      create("notifications"),
      create("aggregates"),
      create("state", { "cleanup.policy": "compact" }),
    ]);
    return bench;
  }

  topic(role: TopicRole): string {
    return `${this.#name}-${role}`;
  }

  /** Starts a notifier that posts to the bench's Slack, with short times. */
  start(options: RawNotifierOptions = {}): NotifierProcess {
    const statusFile = join(this.#directory, `status-${this.#processes.length}.json`);
    const all: RawNotifierOptions = {
      channel: CHANNEL,
      token: TOKEN,
      slackApiUrl: this.slack.url,
      slackTimeout: "1s",
      interval: "1s",
      grace: "1s",
      calm: "0s",
      groupId: this.#name,
      notificationsTopic: this.topic("notifications"),
      aggregatesTopic: this.topic("aggregates"),
      stateTopic: this.topic("state"),
      statusFile,
      ...options,
    };
    const config = join(this.#directory, `config-${this.#processes.length}.json`);
    writeFileSync(config, JSON.stringify({ kafka: this.#asNotifier, options: all }), { mode: 0o600 });
    const child = spawn(process.execPath, ["--import", "tsx", MAIN, "--config", config], {
      stdio: ["ignore", "pipe", "pipe"],
    });
    const started = new NotifierProcess(child, statusFile);
    this.#processes.push(started);
    return started;
  }

  /** Writes windows of series (`dopey/cpu4`): their aggregates and, of those over 90 percent, notifications. */
  async write(
    ...windows: readonly (readonly [key: string, window: number, average: number])[]
  ): Promise<void> {
    const over = windows.filter(([, , average]) => average > 90);
    const of = (records: typeof windows) => records.map(([key, n, average]) => recordOf(key, n, average));
    await produce(this.#kafka, this.topic("aggregates"), of(windows));
    if (over.length > 0) await produce(this.#kafka, this.topic("notifications"), of(over));
  }

  /** What the group has committed of a topic, over all partitions. */
  async committed(role: Exclude<TopicRole, "state">): Promise<number> {
    const admin = kafkaClient(this.#kafka, "test").admin();
    await admin.connect();
    const topics = await admin.fetchOffsets({ groupId: this.#name, topics: [this.topic(role)] });
    await admin.disconnect();
    return topics
      .flatMap(({ partitions }) => partitions)
      .reduce((sum, { offset }) => sum + Math.max(0, Number(offset)), 0);
  }

  /** What Slack has been told, e.g. `alert dopey/cpu4 13:00:30`. */
  get told(): string[] {
    return this.slack.workspace.lines.map(briefly);
  }

  /** How many changes Slack has been told of, those only counted included. */
  get counted(): number {
    return this.slack.workspace.messages.reduce((sum, { text }) => {
      const heading = text.startsWith("*CPU usage:*") ? (text.split("\n")[0]?.match(/\d+/g) ?? []) : ["1"];
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
    await admin.deleteTopics({
      topics: TOPIC_ROLES.map((role) => this.topic(role)),
    });
    await admin.disconnect();
    rmSync(this.#directory, { recursive: true, force: true });
  }
}

/** The record of a window, as both jobs write it. */
export function recordOf(key: string, window: number, average: number): TestMessage & { value: string } {
  const [hostname, cpu] = key.split("/");
  const start = START + window * WINDOW_MS;
  const value = {
    hostname,
    cpu,
    window_start: sqlTime(start),
    window_end: sqlTime(start + WINDOW_MS),
    usage_avg: average,
    ...(average > 90 ? { threshold: 90, message: `${key} is over its threshold` } : { usage_max: average }),
  };
  return { key, value: JSON.stringify(value) };
}

/** When a window begins, as {@link NotifierBench.told} says it. */
export function timeOf(window: number): string {
  return sqlTime(START + window * WINDOW_MS).slice(11);
}

function sqlTime(time: number): string {
  return new Date(time).toISOString().replace("T", " ").slice(0, 19);
}

function briefly(line: string): string {
  const [, icon, key, time] = /^:(\w+): \*(\S+)\* .* (\d\d:\d\d:\d\d)–/.exec(line) ?? [];
  const kind = { red_circle: "alert", large_orange_circle: "reminder", large_green_circle: "resolved" }[
    icon ?? ""
  ];
  return `${kind} ${key} ${time}`;
}
