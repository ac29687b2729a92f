import { alertRow } from "./alertRow.ts";
import { Fields } from "./fields.ts";
import type { Intake } from "./intake.ts";
import { lostOf } from "./lostMessage.ts";

/** Windows that the learned rule needs before it judges, as in sql/flink/pipelines/expect.sql. */
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

const takeFiltered: Intake = (world, { value }, now, isLive) => {
  const fields = Fields.of(value);
  const occurredAt = fields?.time("time_ltz");
  // For rows written while the page did not read, the latency would measure how long that was.
  if (fields === undefined || occurredAt === undefined || !isLive) return;
  const arrivedAt = world.arrivals.take(fields.text("hostname"), fields.text("cpu"), occurredAt, now);
  if (arrivedAt !== undefined) world.noteFiltered(arrivedAt, now);
};

const takeOverThreshold: Intake = (world, { value }) => {
  const fields = Fields.of(value);
  const threshold = fields?.number("threshold");
  if (threshold !== undefined) world.thresholds.used(fields?.text("hostname") ?? "", threshold);
};

const takeAlert: Intake = (world, { value }, now, isLive) => {
  const row = alertRow(value);
  if (row === undefined) return;
  world.episodes.add(row);
  // If there are more series than there is room for, those with alerts have to be kept.
  if (row.event === "raised" && world.series.isPartial(now))
    world.series.seen(row.hostname, row.cpu, now, true);
  const series = world.series.find(row.hostname, row.cpu);
  const arrivedAt = series?.arrivals.get(row.windowStart / 1000);
  if (row.event !== "raised" || arrivedAt === undefined || !isLive) return;
  if (world.catchUps.countsSince(arrivedAt, "aggregate", "alerts"))
    world.alertLatency.add(now, now - arrivedAt);
};

const takeQuarantined: Intake = (world, message) => world.quarantine.add(lostOf(message));

/** How the results of a pipeline are taken in; for other pipelines, only the rate is known. */
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
