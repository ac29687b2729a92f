import type { KafkaMessage } from "kafkajs";
import type { ReadingForm } from "../../../lib/reading/forms.ts";
import { judge } from "../../../lib/reading/judge.ts";
import type { World } from "../model/world.ts";
import { alertRow } from "./alertRow.ts";
import { Fields } from "./fields.ts";
import { lostOf } from "./lostMessage.ts";

const WINDOW_SECONDS = 30;
/** The filter lets readings over this usage through, in percent: only these have a latency. */
const FILTER_OVER = 80;
/** Windows that the learned rule has to have seen before it judges, as sql/flink/pipelines/expect.sql has it. */
const LEARNED_FROM = 36;
const KEPT_ARRIVALS = 4;
/** A reading that comes this long after its own time was kept somewhere: it is no live one, and has no latency. */
const LIVE_MS = 60_000;

/** Takes a message of one topic into the world, at `now`. */
export type Intake = (world: World, message: KafkaMessage, now: number) => void;

/** A reading; its time in epoch ms. */
interface Reading {
  readonly hostname: string;
  readonly cpu: string;
  readonly usage: number;
  readonly time: number;
}

type ReadingIn = (value: Buffer | null, arrivedAt: number) => Reading | undefined;

/** What the tutorial's messages hold. Quick, since there may be many. */
const readTutorial: ReadingIn = (value) => {
  const fields = Fields.of(value);
  const [usage, time] = [fields?.number("usage"), fields?.number("occurred_at")];
  const [hostname, cpu] = [fields?.text("hostname"), fields?.text("cpu")];
  return hostname && cpu && usage !== undefined && time !== undefined
    ? { hostname, cpu, usage, time }
    : undefined;
};

/** @param form of the messages, if it is not the tutorial's */
const readerOf = (form: ReadingForm | undefined): ReadingIn => {
  if (form === undefined) return readTutorial;
  return (value, arrivedAt) => {
    const judgement = judge(value, arrivedAt, form);
    return "reason" in judgement ? undefined : judgement;
  };
};

/**
 * Takes in messages of the source topic; what is no valid reading is left to the quarantine.
 *
 * @param form of the messages, if it is not the tutorial's
 */
export function takingReadings(form?: ReadingForm): Intake {
  const readingIn = readerOf(form);
  return (world, { value, timestamp }, now) => {
    const arrivedAt = Number(timestamp);
    const reading = readingIn(value, arrivedAt);
    if (reading !== undefined) takeReading(world, reading, arrivedAt, now);
  };
}

function takeReading(
  world: World,
  { hostname, cpu, usage, time: occurredAt }: Reading,
  arrivedAt: number,
  now: number,
): void {
  if (arrivedAt >= world.startedAt) world.rates.readings.add(now);
  world.newestReadingAt = Math.max(arrivedAt, world.newestReadingAt ?? 0);
  const { readings, arrivals } = world.series.seen(hostname, cpu, now);
  const second = Math.floor(occurredAt / 1000);
  const [highest = usage] = readings.newestAt(second) ?? [];
  readings.set(second, [Math.max(highest, usage)], world.series.readingCapacity);
  if (arrivedAt - occurredAt > LIVE_MS) return;
  noteArrival(arrivals, second - (second % WINDOW_SECONDS), arrivedAt);
  if (usage > FILTER_OVER) world.arrivals.add(hostname, cpu, occurredAt, arrivedAt);
}

function noteArrival(arrivals: Map<number, number>, window: number, arrivedAt: number): void {
  arrivals.set(window, arrivedAt);
  if (arrivals.size <= KEPT_ARRIVALS) return;
  const [oldest] = arrivals.keys();
  if (oldest !== undefined) arrivals.delete(oldest);
}

const takeWindow: Intake = (world, { value }, now) => {
  const fields = Fields.of(value);
  const start = fields?.time("window_start");
  if (fields === undefined || start === undefined) return;
  const { windows } = world.series.seen(fields.text("hostname"), fields.text("cpu"), now);
  const row = [fields.number("usage_avg") ?? Number.NaN, fields.number("usage_max") ?? Number.NaN];
  windows.set(start / 1000, row, world.series.windowCapacity);
  world.newestWindowAt = Math.max(start, world.newestWindowAt ?? start);
};

/** What the learned rule expected of a window, and how far it has learned. */
const takeExpected: Intake = (world, { value }, now) => {
  const fields = Fields.of(value);
  const start = fields?.time("window_start");
  if (fields === undefined || start === undefined) return;
  const series = world.series.seen(fields.text("hostname"), fields.text("cpu"), now);
  const end = fields.time("window_end") ?? start;
  const row = ["expected", "lower", "upper"].map((name) => fields.number(name) ?? Number.NaN);
  series.expected.set(start / 1000, [...row, (end - start) / 1000], world.series.windowCapacity);
  const seen = Math.floor(fields.number("history") ?? 0);
  series.learning = seen < LEARNED_FROM ? { seen, needed: LEARNED_FROM } : undefined;
};

const takeFiltered: Intake = (world, { value, timestamp }, now) => {
  const fields = Fields.of(value);
  const occurredAt = fields?.time("time_ltz");
  if (fields === undefined || occurredAt === undefined) return;
  const arrivedAt = world.arrivals.take(fields.text("hostname"), fields.text("cpu"), occurredAt);
  // What was written before the page looked says how long the page took to start.
  if (arrivedAt === undefined || Number(timestamp) < world.startedAt) return;
  if (world.catchUps.countsSince(arrivedAt, "filter")) world.filterLatency.add(now, now - arrivedAt);
};

const takeOverThreshold: Intake = (world, { value }) => {
  const fields = Fields.of(value);
  const threshold = fields?.number("threshold");
  if (threshold !== undefined) world.thresholds.used(fields?.text("hostname") ?? "", threshold);
};

const takeAlert: Intake = (world, { key, value, timestamp }, now) => {
  const row = alertRow(key === null ? "" : String(key), value);
  if (row === undefined) return;
  world.episodes.add(row);
  const arrivedAt = world.series.find(row.hostname, row.cpu)?.arrivals.get(row.windowStart / 1000);
  if (row.event !== "raised" || arrivedAt === undefined || Number(timestamp) < world.startedAt) return;
  if (world.catchUps.countsSince(arrivedAt, "aggregate", "alerts"))
    world.alertLatency.add(now, now - arrivedAt);
};

const takeQuarantined: Intake = (world, message) => world.quarantine.add(lostOf(message));

/** What is taken in of the results of a pipeline; of the others, only their rate is known. */
export const intakes: Readonly<Record<string, Intake>> = {
  aggregate: takeWindow,
  expect: takeExpected,
  filter: takeFiltered,
  thresholdFilter: takeOverThreshold,
  alerts: takeAlert,
  quarantine: takeQuarantined,
};
