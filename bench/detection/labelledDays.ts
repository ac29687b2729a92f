import { type Anomaly, anomaliesBetween } from "../../apps/generator/anomalies.ts";
import { DEFAULT_HOSTS } from "../../apps/generator/profiles.ts";
import { encode, keyOf, type Reading, readings } from "../../apps/generator/readings.ts";
import { allSeries } from "../../apps/generator/series.ts";
import { CLOCK, type Message } from "./detectionStack.ts";

/** Days of the generator's readings. Each CPU has an anomaly every twelve hours. */
export interface LabelledDays {
  /** How many CPUs each of the seven hosts has. */
  readonly cpus: number;
  /** Seconds between two readings of a CPU. */
  readonly every: number;
}

const DAYS = 4;
const DAY_MS = 86_400_000;
/** Any Monday in the past. */
const START = Date.UTC(2026, 0, 5);
const END = START + DAYS * DAY_MS;
/** Events this close to the end may not be over yet. */
const LEFT_OUT_MS = 1_800_000;

/** Only events before this time count, epoch ms. */
export const COUNTS_UNTIL = END - LEFT_OUT_MS;

function optionsOf({ cpus, every }: LabelledDays) {
  const names = Array.from({ length: cpus }, (_, index) => `cpu${index + 1}`);
  return {
    rate: (DEFAULT_HOSTS.length * cpus) / every,
    hosts: DEFAULT_HOSTS,
    cpus: names,
    seed: 1,
    start: START,
    duration: END - START,
    history: 0,
    anomaliesPerDay: 2,
    opening: 0,
  };
}

/** All anomalies that count. */
export function labelsOf(days: LabelledDays): Anomaly[] {
  return allSeries(optionsOf(days)).flatMap((series) => anomaliesBetween(series, START, COUNTS_UNTIL));
}

/** The number of CPU days. */
export const seriesDays = ({ cpus }: LabelledDays): number =>
  (DEFAULT_HOSTS.length * cpus * (COUNTS_UNTIL - START)) / DAY_MS;

/** All readings in time order, followed by a few of the clock. */
export function* messagesOf(days: LabelledDays): Generator<Message> {
  const message = (reading: Reading) => ({ key: keyOf(reading), value: encode(reading) });
  for (const reading of readings(optionsOf(days))) yield message(reading);
  for (const minutes of [0, 10, 15]) {
    yield message({ hostname: CLOCK, cpu: "cpu1", usage: 0, occurredAt: END + minutes * 60_000 });
  }
}
