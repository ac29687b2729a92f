import type { KafkaMessage } from "kafkajs";
import type { KafkaConnection } from "../../../clients/kafka/client.ts";
import { userErrorOf } from "../../../clients/kafka/errors.ts";
import { type Positions, placeOf } from "../../../clients/kafka/keepPositions.ts";
import type { Beginning } from "../../../clients/kafka/startsOf.ts";
import type { ReadingForm } from "../../../lib/reading/forms.ts";
import { pause } from "../../../lib/timing.ts";
import type { World } from "../model/world.ts";
import { Fields } from "./fields.ts";
import { AT_ONCE, followTopics, type Listener, TWICE_A_SECOND } from "./followTopic.ts";
import type { Intake } from "./intake.ts";
import { takingReadings } from "./readingIntake.ts";
import { resultIntakes } from "./resultIntakes.ts";
import { watchSleep } from "./sleep.ts";

const HOUR_MS = 3_600_000;
const AGAIN_MS = 1_000;

const DAY_MS = 24 * HOUR_MS;
/** As much as is kept; less for a large fleet, because the page would have to wait for it. */
const READINGS = { ms: HOUR_MS, atMost: 50_000 };
const RESULTS = { ms: DAY_MS, atMost: 100_000 };
/** As long as the topic keeps them: a device that is silent writes no row until it sends again. */
const ALERTS = { ms: 30 * DAY_MS, atMost: 20_000 };
const LOST = { ms: HOUR_MS, atMost: 5_000 };

const KEPT: Readonly<Record<string, typeof READINGS>> = {
  aggregate: RESULTS,
  expect: RESULTS,
  alerts: ALERTS,
  quarantine: LOST,
};

export interface KafkaTopics {
  readonly source: string;
  /** How its messages are written, if not like the tutorial's. */
  readonly form?: ReadingForm | undefined;
  /** By pipeline. */
  readonly results: Readonly<Record<string, string>>;
}

/** Fills the world from Kafka until the signal is aborted; catches up after Kafka has been unavailable. */
export async function feedFromKafka(
  connection: KafkaConnection,
  topics: KafkaTopics,
  world: World,
  signal: AbortSignal,
  help: string,
): Promise<void> {
  const takeReading = takingReadings(topics.form);
  const pipelines = pipelinesByTopic(topics.results);
  const beginning = (topic: string): Beginning => {
    const { ms, atMost } =
      topic === topics.source ? READINGS : (KEPT[pipelines.get(topic) ?? ""] ?? { ms: 0, atMost: 0 });
    return { since: Date.now() - ms, atMost };
  };
  // Separate consumers, so that the flood of readings does not delay the results.
  const groups = [[topics.source], [...pipelines.keys()]].filter((group) => group.length > 0);
  let turn = new AbortController();
  const onSlept = (since: number) => {
    world.forgetSince(since);
    turn.abort();
    turn = new AbortController();
  };
  await Promise.all([
    watchSleep(onSlept, signal),
    ...groups.map(async (group) => {
      const positions: Positions = new Map();
      const fetches = group[0] === topics.source ? TWICE_A_SECOND : AT_ONCE;
      const purpose = `read ${group.length === 1 ? "the topic" : "the topics"} ${group.join(", ")}`;
      const listener: Listener = {
        onMessages(topic, partition, messages, liveFrom) {
          const pipeline = topic === topics.source ? undefined : pipelines.get(topic);
          takeIn(world, pipeline, messages, liveFrom, takeReading);
          world.newestOffsets.set(placeOf(topic, partition), Number(messages.at(-1)?.offset));
        },
        onSteady: () => world.parts.up("Kafka", purpose),
      };
      while (!signal.aborted) {
        // After a long absence, the page starts again where it would if it had just started.
        const beginnings = new Map(group.map((topic) => [topic, beginning(topic)]));
        try {
          const either = AbortSignal.any([signal, turn.signal]);
          await followTopics(connection, beginnings, positions, fetches, either, listener);
        } catch (error) {
          const problem = userErrorOf(error, connection, purpose);
          const text = problem instanceof Error ? problem.message : String(problem);
          world.parts.down("Kafka", text, help, purpose);
        }
        await pause(AGAIN_MS, signal);
      }
    }),
  ]);
}

/** For pipelines that share a topic, the one whose rows are taken in: they are all alike. */
export function pipelinesByTopic(results: KafkaTopics["results"]): Map<string, string> {
  const entries = Object.entries(results).map(([pipeline, topic]) => [topic, pipeline] as const);
  const ofInterest = entries.filter(([, pipeline]) => pipeline in resultIntakes);
  return new Map([...entries.reverse(), ...ofInterest.reverse()]);
}

/** The pipelines whose rows the page counts: those that have a topic of their own, or whose rows name their rule. */
export function countedPipelines(results: KafkaTopics["results"]): string[] {
  const topics = Object.values(results);
  const isAlone = (topic: string) => topics.indexOf(topic) === topics.lastIndexOf(topic);
  return Object.entries(results).flatMap(([name, topic]) =>
    isAlone(topic) || OF_RULES.includes(name) ? [name] : [],
  );
}

/** The pipelines of alerts share a topic. */
const PIPELINE_OF_RULE: Readonly<Record<string, string>> = {
  threshold: "alerts",
  silent: "silent",
  learned: "learned",
};
const OF_RULES = Object.values(PIPELINE_OF_RULE);

/** Which pipeline has written a row. */
function writerOf(pipeline: string, { value }: KafkaMessage): string {
  if (!OF_RULES.includes(pipeline)) return pipeline;
  return PIPELINE_OF_RULE[Fields.of(value)?.text("rule") ?? ""] ?? "";
}

/**
 * @param pipeline undefined for the source topic
 * @param liveFrom offset of the first message that arrived while the page was reading
 */
export function takeIn(
  world: World,
  pipeline: string | undefined,
  messages: readonly KafkaMessage[],
  liveFrom = 0,
  takeReading: Intake = takingReadings(),
): void {
  const now = Date.now();
  const intake: Intake | undefined = pipeline === undefined ? takeReading : resultIntakes[pipeline];
  const { readings, rows } = world.rates;
  for (const message of messages) {
    const isLive = Number(message.offset) >= liveFrom;
    const rate = pipeline === undefined ? readings : rows.get(writerOf(pipeline, message));
    if (!isLive) rate?.restart(now);
    else if (pipeline !== undefined) rate?.add(now);
    intake?.(world, message, now, isLive);
  }
}
