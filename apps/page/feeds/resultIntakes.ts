import { alertRow } from "./alertRow.ts";
import { Fields } from "./fields.ts";
import type { Intake } from "./intake.ts";
import { lostOf } from "./lostMessage.ts";

/** Windows that the learned rule has to have seen before it judges, as sql/flink/pipelines/expect.sql has it. */
const LEARNED_FROM = 36;

const takeWindow: Intake = (world, { value }, now) => {
  const fields = Fields.of(value);
  const start = fields?.time("window_start");
  if (fields === undefined || start === undefined) return;
  const series = world.series.seen(fields.text("hostname"), fields.text("cpu"), now);
  const row = [fields.number("usage_avg") ?? Number.NaN, fields.number("usage_max") ?? Number.NaN];
  series?.windows.set(start / 1000, row, world.series.windowCapacity);
  world.newestWindowAt = Math.max(start, world.newestWindowAt ?? start);
};

/** What the learned rule expected of a window, and how far it has learned. */
const takeExpected: Intake = (world, { value }, now) => {
  const fields = Fields.of(value);
  const start = fields?.time("window_start");
  if (fields === undefined || start === undefined) return;
  const series = world.series.seen(fields.text("hostname"), fields.text("cpu"), now);
  if (series === undefined) return;
  const end = fields.time("window_end") ?? start;
  const row = ["expected", "lower", "upper"].map((name) => fields.number(name) ?? Number.NaN);
  series.expected.set(
    start / 1000,
    [...row, (end - start) / 1000, fields.number("actual") ?? Number.NaN],
    world.series.windowCapacity,
  );
  const seen = Math.floor(fields.number("history") ?? 0);
  series.learning = seen < LEARNED_FROM ? { seen, needed: LEARNED_FROM } : undefined;
};

const takeFiltered: Intake = (world, { value, timestamp }, now) => {
  const fields = Fields.of(value);
  const occurredAt = fields?.time("time_ltz");
  // What was written before the page looked says how long the page took to start.
  if (fields === undefined || occurredAt === undefined || Number(timestamp) < world.startedAt) return;
  const arrivedAt = world.arrivals.take(fields.text("hostname"), fields.text("cpu"), occurredAt, now);
  if (arrivedAt !== undefined) world.noteFiltered(arrivedAt, now);
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
  // Of more series than there is room for, those with alerts have to be among the ones that are kept.
  if (row.event === "raised" && world.series.isPartial(now))
    world.series.seen(row.hostname, row.cpu, now, true);
  const series = world.series.find(row.hostname, row.cpu);
  const arrivedAt = series?.arrivals.get(row.windowStart / 1000);
  if (row.event !== "raised" || arrivedAt === undefined || Number(timestamp) < world.startedAt) return;
  if (world.catchUps.countsSince(arrivedAt, "aggregate", "alerts"))
    world.alertLatency.add(now, now - arrivedAt);
};

const takeQuarantined: Intake = (world, message) => world.quarantine.add(lostOf(message));

/** What is taken in of the results of a pipeline; of the others, only their rate is known. */
export const resultIntakes: Readonly<Record<string, Intake>> = {
  aggregate: takeWindow,
  expect: takeExpected,
  filter: takeFiltered,
  thresholdFilter: takeOverThreshold,
  alerts: takeAlert,
  silent: takeAlert,
  learned: takeAlert,
  quarantine: takeQuarantined,
};
