import { withPostgres } from "../../../clients/postgres/client.ts";
import { outputOwner, type PipelineName, pipelineNames } from "../../../components/pipelines.ts";
import { parseDuration } from "../../../lib/duration.ts";
import type { TestStack } from "../../support/testStack.ts";
import { until } from "../../support/topics.ts";
import type { AlertRule } from "../model/episodes.ts";
import type { LearningRule } from "../model/expectations.ts";
import type { InputMessage } from "../model/message.ts";
import { type OutputName, type Outputs, outputNames, type WholeOutputs } from "../model/outputs.ts";
import { type ThresholdChange, Thresholds } from "../model/thresholds.ts";
import type { Barrier } from "../model/watermark.ts";
import type { ClosedWindow } from "../model/windows.ts";
import { readOutputs, readWholeOutputs } from "./actualOutputs.ts";
import { takeCheckpoints } from "./checkpoints.ts";
import { Heartbeat } from "./heartbeat.ts";
import { Source } from "./source.ts";
import { target } from "./target.ts";
import { TopicReader } from "./topicReader.ts";
import { untilRead } from "./untilRead.ts";

/** Averages of this host show that windows have closed: its threshold is 0. */
export const CANARY = "canary";
export const TREND_WINDOWS = 3;
/** Some episodes last several cool-downs, and some runs of windows over the threshold are too short for an episode. */
export const ALERT_RULE: AlertRule = { raiseAfter: 2, clearAfter: 2, cooldownSeconds: 60 };

export const SILENT_AFTER_MS = 90_000;
const THRESHOLD_CACHE = "5s";
/** Short enough that the memory fades within the days of the test. */
export const LEARNING_RULE: LearningRule = { widths: 5, relative: 20, points: 2, memoryDays: 1, repeats: 3 };

/** Every pipeline, running on separate services, with access to its input and all its outputs. */
export class OracleStack<S extends TestStack = TestStack> {
  readonly barriers: Barrier[] = [];
  readonly changes: ThresholdChange[] = [];
  /** The windows that the input of each settled stretch has closed. */
  readonly windows = new Map<unknown, readonly ClosedWindow[]>();
  /** Partitions that had been silent for a long time when the last messages arrived. */
  idle: ReadonlySet<number> = new Set();
  readonly heartbeat: Heartbeat;

  private constructor(
    readonly stack: S,
    readonly source: Source,
    public reader: TopicReader,
    readonly initialThresholds: ReadonlyMap<string, number>,
    /** How long Flink uses a threshold before it looks it up again. */
    readonly thresholdCacheMs: number,
  ) {
    this.heartbeat = new Heartbeat(source, () => untilRead(this));
  }

  /** @param settings in addition to those that the model assumes */
  static create(
    partitions: number,
    thresholds: Record<string, number>,
    settings: Record<string, unknown> = {},
  ): Promise<OracleStack> {
    return OracleStack.createOn((all) => target.create(all), partitions, thresholds, settings);
  }

  /** @param create creates the stack from its settings, without deploying it */
  static async createOn<S extends TestStack>(
    create: (settings: Record<string, unknown>) => Promise<S>,
    partitions: number,
    thresholds: Record<string, number>,
    settings: Record<string, unknown>,
  ): Promise<OracleStack<S>> {
    const all = { ...thresholds, [CANARY]: 0 };
    const stack = await create({
      "kafka.partitions": partitions,
      // The comparisons ask for the checkpoints that they need.
      "flink.checkpointIntervalMs": 10_000,
      "notifier.enabled": false,
      "alerts.raiseAfter": ALERT_RULE.raiseAfter,
      "alerts.clearAfter": ALERT_RULE.clearAfter,
      "alerts.cooldown": `${ALERT_RULE.cooldownSeconds}s`,
      "alerts.silentAfter": `${SILENT_AFTER_MS / 1_000}s`,
      "learned.memoryDays": LEARNING_RULE.memoryDays,
      "learned.repeats": LEARNING_RULE.repeats,
      thresholds: all,
      "flink.thresholdCache": THRESHOLD_CACHE,
      ...settings,
    });
    try {
      await stack.up();
      const { kafka, sourceTopic } = stack.outputs;
      const source = await Source.open(kafka, sourceTopic, partitions);
      const reader = await TopicReader.start(kafka, topicsOf(stack));
      const cacheMs =
        parseDuration(String(settings["flink.thresholdCache"] ?? THRESHOLD_CACHE)) ?? Number.NaN;
      return new OracleStack(stack, source, reader, new Map(Object.entries(all)), cacheMs);
    } catch (error) {
      await stack.destroy();
      throw error;
    }
  }

  /** Forgets what was read so far: from then on, only new rows can be compared. */
  async forget(): Promise<void> {
    const { position } = this.reader;
    await this.reader.stop();
    this.reader = await TopicReader.start(this.stack.outputs.kafka, topicsOf(this.stack), position);
  }

  async destroy(tearDown = () => this.stack.destroy()): Promise<void> {
    await this.heartbeat.stop();
    await this.reader.stop();
    await this.source.close();
    await tearDown();
    this.stack.remove();
  }

  /** The outputs that can be compared. */
  get outputs() {
    return outputNames.filter((name) => name in this.stack.outputs.results);
  }

  get thresholds(): Thresholds {
    return new Thresholds(this.initialThresholds, this.changes, this.thresholdCacheMs);
  }

  /** The input topic from the given offsets, read back up to the last message sent. */
  async input(from: readonly number[]): Promise<InputMessage[]> {
    const { topic } = this.source;
    const isRead = (end: number, partition: number) => this.reader.next(topic, partition) >= end;
    await until(() => this.source.ends.every(isRead), "the input to be read back");
    return this.reader.records(topic).filter(({ partition, offset }) => offset >= (from[partition] ?? 0));
  }

  /** The contents of the outputs that depend on the whole input, once their jobs have taken a checkpoint. */
  async committedWholeOutputs(): Promise<WholeOutputs> {
    await this.#checkpoint(["expect", "alerts"]);
    return readWholeOutputs(this.stack.outputs, this.reader);
  }

  /** The contents of all outputs, once the jobs of the given ones have taken a checkpoint. */
  async committedOutputs(outputs: readonly OutputName[] = outputNames): Promise<Outputs> {
    await this.#checkpoint(outputs);
    return this.actualOutputs();
  }

  /** Of several jobs that write to the same topic, each can hold back its readers: they take checkpoints together. */
  async #checkpoint(outputs: readonly PipelineName[]): Promise<void> {
    const writers = pipelineNames.filter((name) => outputs.includes(outputOwner(name)));
    const isWanted = (job: string) => writers.some((name) => job.endsWith(`-${name}`));
    await takeCheckpoints(this.stack.outputs.flink.webUrl, isWanted);
  }

  actualOutputs(): Promise<Outputs> {
    return readOutputs(this.stack.outputs, this.reader);
  }

  /** The quarantine's reasons for its messages, by `partition/offset`. */
  reasons(): Map<string, string> {
    const place = this.stack.outputs.results.quarantine;
    if (place === undefined || !("topic" in place)) throw new Error("there is no quarantine");
    const records = this.reader.records(place.topic);
    return new Map(
      records.map(({ headers }) => [`${headers.partition}/${headers.offset}`, headers.reason ?? ""]),
    );
  }

  /** Changes, inserts or (undefined) deletes a threshold, as an operator would. */
  async setThreshold(hostname: string, allowedTop: number | undefined): Promise<void> {
    const begunAt = Date.now();
    await withPostgres(this.stack.outputs.postgres, (client) =>
      allowedTop === undefined
        ? client.query("DELETE FROM cpu_thresholds WHERE hostname = $1", [hostname])
        : client.query(
            "INSERT INTO cpu_thresholds VALUES ($1, $2) ON CONFLICT (hostname) DO UPDATE SET allowed_top = $2",
            [hostname, allowedTop],
          ),
    );
    this.changes.push({ hostname, allowedTop, begunAt, doneAt: Date.now() });
  }
}

/** The readings' topic and those of the results. */
function topicsOf({ outputs: { sourceTopic, results } }: TestStack): string[] {
  const topics = Object.values(results).flatMap((place) => ("topic" in place ? [place.topic] : []));
  return [sourceTopic, ...topics];
}
