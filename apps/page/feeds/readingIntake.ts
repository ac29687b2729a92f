import type { ReadingForm } from "../../../lib/reading/forms.ts";
import { isPlausible, judge } from "../../../lib/reading/judge.ts";
import type { World } from "../model/world.ts";
import { Fields } from "./fields.ts";
import type { Intake } from "./intake.ts";

const WINDOW_SECONDS = 30;
/** The filter passes readings over this usage, in percent; only these have a latency. */
const FILTER_OVER = 80;
const KEPT_ARRIVALS = 4;
/** A reading that arrives this long after its own time was stored on the way: it is not live, and has no latency. */
const FRESH_MS = 60_000;

/** A reading; its time in epoch ms. */
interface Reading {
  readonly hostname: string;
  readonly cpu: string;
  readonly usage: number;
  readonly time: number;
}

type ReadingIn = (value: Buffer | null, arrivedAt: number) => Reading | undefined;

/** Reads the tutorial's messages. Quick, because there may be many: nearly as strict as the quarantine. */
const readTutorial: ReadingIn = (value, arrivedAt) => {
  const fields = Fields.of(value);
  const [usage, time] = [fields?.number("usage"), fields?.number("occurred_at")];
  const [hostname, cpu] = [fields?.text("hostname"), fields?.text("cpu")];
  if (!hostname || !cpu || usage === undefined || time === undefined) return undefined;
  const reading = { hostname, cpu, usage, time };
  return isPlausible(reading, arrivedAt) ? reading : undefined;
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
 * Takes in messages of the source topic; invalid readings are left to the quarantine.
 *
 * @param form of the messages, if it is not the tutorial's
 */
export function takingReadings(form?: ReadingForm): Intake {
  const readingIn = readerOf(form);
  return (world, { value, timestamp }, now, isLive) => {
    const arrivedAt = Number(timestamp);
    const reading = readingIn(value, arrivedAt);
    if (reading === undefined) return;
    if (isLive) world.rates.readings.add(now);
    world.noteReading(arrivedAt, now, isLive);
    takeReading(world, reading, arrivedAt, now);
  };
}

function takeReading(
  world: World,
  { hostname, cpu, usage, time: occurredAt }: Reading,
  arrivedAt: number,
  now: number,
): void {
  const isFresh = arrivedAt - occurredAt <= FRESH_MS;
  if (isFresh && usage > FILTER_OVER) {
    const seenAt = world.arrivals.add(hostname, cpu, occurredAt, arrivedAt);
    if (seenAt !== undefined) world.noteFiltered(arrivedAt, seenAt);
  }
  const series = world.series.seen(hostname, cpu, now);
  if (series === undefined) return;
  const second = Math.floor(occurredAt / 1000);
  const [highest = usage] = series.readings.newestAt(second) ?? [];
  series.readings.set(second, [Math.max(highest, usage)], world.series.readingCapacity);
  if (isFresh) noteArrival(series.arrivals, second - (second % WINDOW_SECONDS), arrivedAt);
}

function noteArrival(arrivals: Map<number, number>, window: number, arrivedAt: number): void {
  arrivals.set(window, arrivedAt);
  if (arrivals.size <= KEPT_ARRIVALS) return;
  const [oldest] = arrivals.keys();
  if (oldest !== undefined) arrivals.delete(oldest);
}
