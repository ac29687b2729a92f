import { extremes } from "../../lib/extremes.ts";
import { groupBy } from "../../lib/groupBy.ts";
import { printable } from "../../lib/printable.ts";
import type { Judgement } from "../../lib/reading/judge.ts";

/** A message with its judgement. */
export interface Judged {
  readonly judgement: Judgement;
  readonly value: Buffer | null;
  readonly partition: number;
  readonly offset: string;
  /** When Kafka received it, epoch ms, or when its producer says that it was made. */
  readonly arrivedAt: number;
  readonly isTimedByBroker: boolean;
}

const EXAMPLE_LENGTH = 160;
const MOST_NAMES = 10;

/** A report on the newest messages of a topic, line by line. */
export function reportOf(judged: readonly Judged[], now: number): string[] {
  const readings = judged.flatMap(({ judgement }) => ("reason" in judgement ? [] : [judgement]));
  const lines = [`${readings.length} of ${judged.length} messages are valid readings.`];
  for (const [reason, those] of byReason(judged)) {
    const [{ value = null, partition = 0, offset = "" } = {}] = those;
    lines.push(
      "",
      `${those.length} × ${reason}, such as the one in partition ${partition}, offset ${offset}:`,
    );
    lines.push(`  ${shown(value)}`);
  }
  if (readings.length > 0) {
    const newest = extremes(readings.map(({ time }) => time)).largest;
    lines.push(
      "",
      `Hosts           ${named(readings.map(({ hostname }) => hostname))}`,
      `CPUs            ${named(readings.map(({ cpu }) => cpu))}`,
      `Newest reading  ${age(now - newest)}`,
    );
  }
  const rate = rateOf(judged.map(({ arrivedAt }) => arrivedAt));
  if (rate !== undefined) lines.push(`Messages        ${rate} per second`);
  if (timestampsBy(judged) === "producers") {
    lines.push(
      "Timestamps      set by the producers (message.timestamp.type=CreateTime): a device whose clock is ahead goes",
      "                unnoticed, and source.maxDelay has no effect on one whose clock is behind; see docs/own-data.md",
    );
  }
  return lines;
}

/** The same for programs: docs/commands.md describes it. */
export function checkJson(judged: readonly Judged[]) {
  const readings = judged.flatMap(({ judgement }) => ("reason" in judgement ? [] : [judgement]));
  const times = readings.map(({ time }) => time);
  const rate = rateOf(judged.map(({ arrivedAt }) => arrivedAt));
  return {
    messages: judged.length,
    valid: readings.length,
    invalid: byReason(judged).map(([reason, those]) => ({
      reason,
      count: those.length,
      partition: those[0]?.partition,
      offset: those[0]?.offset,
      value: those[0]?.value?.toString() ?? null,
    })),
    hostnames: distinct(readings.map(({ hostname }) => hostname)),
    cpus: distinct(readings.map(({ cpu }) => cpu)),
    newestReading: times.length === 0 ? null : new Date(extremes(times).largest).toISOString(),
    messagesPerSecond: rate === undefined ? null : Number(rate),
    timestampsBy: timestampsBy(judged),
  };
}

/** Who sets the timestamps of messages; null if there are no messages. The newest counts, because it can be changed. */
function timestampsBy(judged: readonly Judged[]): "broker" | "producers" | null {
  const newest = judged.at(-1);
  if (newest === undefined) return null;
  return newest.isTimedByBroker ? "broker" : "producers";
}

function byReason(judged: readonly Judged[]): [string, Judged[]][] {
  const rejected = judged.filter(({ judgement }) => reasonOf(judgement) !== undefined);
  return [...groupBy(rejected, ({ judgement }) => reasonOf(judgement) ?? "")].sort(
    ([, a], [, b]) => b.length - a.length,
  );
}

/** Why a message is no valid reading; undefined if it is one. */
const reasonOf = (judgement: Judgement) => ("reason" in judgement ? judgement.reason : undefined);

function shown(value: Buffer | null): string {
  if (value === null) return "(no value)";
  const text = printable(value.toString());
  return text.length > EXAMPLE_LENGTH ? `${text.slice(0, EXAMPLE_LENGTH)} …` : text;
}

function named(names: readonly string[]): string {
  const all = distinct(names);
  const more = all.length > MOST_NAMES ? `, …` : "";
  return `${all.length}: ${all.slice(0, MOST_NAMES).map(printable).join(", ")}${more}`;
}

const distinct = (names: readonly string[]) => [...new Set(names)].sort();

function age(ms: number): string {
  if (ms < 0) return `${Math.round(-ms / 100) / 10} s in the future, by this machine's clock`;
  if (ms < 120_000) return `${Math.round(ms / 100) / 10} s ago`;
  if (ms < 7_200_000) return `${Math.round(ms / 60_000)} min ago`;
  return `${Math.round(ms / 3_600_000)} h ago`;
}

/** Undefined if they all arrived at the same time. */
function rateOf(arrivals: readonly number[]): string | undefined {
  const { smallest, largest } = extremes(arrivals);
  const span = largest - smallest;
  if (!(span > 0)) return undefined;
  return String(Number((((arrivals.length - 1) * 1_000) / span).toPrecision(3)));
}
