import type { KafkaMessage } from "kafkajs";
import type { ReadingForm } from "../../../lib/reading/forms.ts";
import { judge } from "../../../lib/reading/judge.ts";
import type { AlertRow } from "../model/episodes.ts";
import type { World } from "../model/world.ts";
import { Fields } from "./fields.ts";
import { lostOf } from "./lostMessage.ts";

const WINDOW_SECONDS = 30;
/** The filter lets readings over this usage through, in percent: only these have a latency. */
const FILTER_OVER = 80;
const KEPT_ARRIVALS = 4;

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
  world.windowsRevision++;
};

const takeFiltered: Intake = (world, { value, timestamp }, now) => {
  const fields = Fields.of(value);
  const occurredAt = fields?.time("time_ltz");
  if (fields === undefined || occurredAt === undefined) return;
  const arrivedAt = world.arrivals.take(fields.text("hostname"), fields.text("cpu"), occurredAt);
  // What was written before the page looked says how long the page took to start.
  if (arrivedAt !== undefined && Number(timestamp) >= world.startedAt)
    world.filterLatency.add(now, now - arrivedAt);
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
  world.alertLatency.add(now, now - arrivedAt);
};

function alertRow(series: string, value: Buffer | null): AlertRow | undefined {
  const fields = Fields.of(value);
  const [windowStart, windowEnd] = [fields?.time("window_start"), fields?.time("window_end")];
  const since = fields?.time("since");
  if (!fields || windowStart === undefined || windowEnd === undefined || since === undefined)
    return undefined;
  return {
    series,
    rule: fields.text("rule"),
    event: fields.text("event"),
    hostname: fields.text("hostname"),
    cpu: fields.text("cpu"),
    windowStart,
    windowEnd,
    actual: fields.number("actual"),
    threshold: fields.number("threshold"),
    expected: fields.number("expected"),
    lower: fields.number("lower"),
    upper: fields.number("upper"),
    score: fields.number("score"),
    kind: fields.optionalText("kind"),
    since,
    windows: fields.number("windows") ?? 1,
    message: fields.text("message"),
  };
}

const takeQuarantined: Intake = (world, message) => world.quarantine.add(lostOf(message));

/** What is taken in of the results of a pipeline; of the others, only their rate is known. */
export const intakes: Readonly<Record<string, Intake>> = {
  aggregate: takeWindow,
  filter: takeFiltered,
  thresholdFilter: takeOverThreshold,
  alerts: takeAlert,
  quarantine: takeQuarantined,
};
