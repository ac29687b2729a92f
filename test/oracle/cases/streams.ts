import fc from "fast-check";
import type { RawMessage } from "../harness/source.ts";
import type { SentReading } from "../harness/stretch.ts";
import { message } from "../harness/stretch.ts";
import { spread } from "./generated.ts";
import { THRESHOLDS } from "./thresholds.ts";

const WINDOW_MS = 30_000;
/** How far a reading may lag behind the newest of its partition and still find every window open. */
const IN_TIME_MS = 9_999;
const LONGEST_MS = 5_000_000;

const HOSTS = [...Object.keys(THRESHOLDS), "without-threshold", "unknown"];

/** How a reading is made; small numbers and false are the simplest. */
interface Step {
  readonly host: number;
  readonly cpu: number;
  /** Event time that passes before it, ms. */
  readonly passes: number;
  /** How far it lags behind that time, ms. */
  readonly lag: number;
  /** Moved to the first or the last millisecond of its window. */
  readonly border: "none" | "first" | "last";
  readonly usage: Usage;
  /** Sent a second time, unchanged or with a different usage. */
  readonly again: "no" | "same" | "other";
}

type Usage =
  | { readonly kind: "any"; readonly eighths: number }
  /** Rises with event time, so that averages rise too. */
  | { readonly kind: "rising" }
  /** 80 (the threshold) or an adjacent double. */
  | { readonly kind: "edge"; readonly of: "80" | "threshold"; readonly side: -1 | 0 | 1 };

/** A reading that arrives after its window has closed. */
interface LateStep {
  readonly host: number;
  readonly cpu: number;
  readonly before: number;
  readonly eighths: number;
}

/** Readings of a stretch that are in time, and some that come after its windows have closed. */
export interface Stream {
  readonly steps: readonly Step[];
  readonly late: readonly LateStep[];
}

const host = fc.nat(HOSTS.length - 1);
const cpu = fc.nat(2);
// Sums of eighths are exact in any order, and so are averages at a threshold.
const eighths = fc.nat(800);

const usage: fc.Arbitrary<Usage> = fc.oneof(
  fc.record({ kind: fc.constant("any" as const), eighths }),
  fc.constant({ kind: "rising" as const }),
  fc.record({
    kind: fc.constant("edge" as const),
    of: fc.constantFrom("80" as const, "threshold" as const),
    side: fc.constantFrom(0 as const, -1 as const, 1 as const),
  }),
);

const step: fc.Arbitrary<Step> = fc.record({
  host,
  cpu,
  passes: fc.oneof(
    { weight: 6, arbitrary: fc.nat(6_000) },
    { weight: 2, arbitrary: fc.constantFrom(0, 1, WINDOW_MS - 1, WINDOW_MS) },
    { weight: 1, arbitrary: fc.integer({ min: WINDOW_MS, max: 4 * WINDOW_MS }) },
  ),
  lag: fc.oneof(fc.constant(0), fc.nat(IN_TIME_MS), fc.nat(2 * WINDOW_MS)),
  border: fc.constantFrom("none" as const, "none" as const, "first" as const, "last" as const),
  usage,
  again: fc.constantFrom("no" as const, "no" as const, "same" as const, "other" as const),
});

/** Streams of up to about two hundred readings. */
export const streams: fc.Arbitrary<Stream> = fc.record({
  steps: fc.array(step, { minLength: 1, maxLength: 120, size: "max" }),
  late: fc.array(fc.record({ host, cpu, before: fc.nat(LONGEST_MS), eighths }), { maxLength: 20 }),
});

/** The messages of a stream's steps, in sending order; a series stays in its partition. */
export function inTimeMessages(stream: Stream, from: number, partitions: readonly number[]): RawMessage[] {
  const newest = new Map<number, number>();
  let now = from;
  return stream.steps.flatMap((step, index) => {
    now = Math.min(now + step.passes, from + LONGEST_MS);
    const hostname = HOSTS[step.host] ?? "";
    const cpu = step.usage.kind === "edge" ? `edge${index}` : `cpu${step.cpu}`;
    const partition = partitionOf(hostname, cpu, partitions);
    // Not before the oldest window that is certainly still open there.
    const open = windowOf(Math.max((newest.get(partition) ?? from) - IN_TIME_MS, from));
    const time = atBorder(Math.max(now - step.lag, open), step.border);
    newest.set(partition, Math.max(newest.get(partition) ?? from, time));
    const reading = { hostname, cpu, usage: usageOf(step.usage, hostname, time), occurred_at: time };
    const sent = message(partition, reading);
    if (step.again === "no") return [sent];
    if (step.again === "same" || step.usage.kind === "edge") return [sent, sent];
    return [sent, message(partition, { ...reading, usage: (reading.usage + 0.5) % 100 })];
  });
}

/**
 * The messages of a stream's late readings.
 *
 * @param closed all windows up to this time have closed
 */
export function lateMessages(
  stream: Stream,
  from: number,
  closed: number,
  partitions: readonly number[],
): RawMessage[] {
  return stream.late.map(({ host, cpu: index, before, eighths }) => {
    const hostname = HOSTS[host] ?? "";
    const cpu = `cpu${index}`;
    const time = Math.max(from, closed - 1 - before);
    return message(partitionOf(hostname, cpu, partitions), {
      hostname,
      cpu,
      usage: eighths / 8,
      occurred_at: time,
    });
  });
}

/** A stream as readings in words, for a failure report. */
export function describeStream(messages: readonly RawMessage[], from: number): string {
  return messages
    .map(({ partition, value }) => {
      const { hostname, cpu, usage, occurred_at } = JSON.parse(String(value)) as SentReading;
      return `partition ${partition}  +${((occurred_at - from) / 1000).toFixed(3)} s  ${hostname}/${cpu} ${usage}`;
    })
    .join("\n");
}

function partitionOf(hostname: string, cpu: string, partitions: readonly number[]): number {
  return partitions[spread(`${hostname}/${cpu}`) % partitions.length] ?? 0;
}

const windowOf = (time: number) => Math.floor(time / WINDOW_MS) * WINDOW_MS;

function atBorder(time: number, border: Step["border"]): number {
  if (border === "none") return time;
  return windowOf(time) + (border === "first" ? 0 : WINDOW_MS - 1);
}

function usageOf(usage: Usage, hostname: string, time: number): number {
  if (usage.kind === "any") return usage.eighths / 8;
  if (usage.kind === "rising") return ((windowOf(time) / WINDOW_MS) * 3) % 100;
  const edge = usage.of === "80" ? 80 : (THRESHOLDS[hostname] ?? 80);
  return Math.min(100, Math.max(0, nextTo(edge, usage.side)));
}

/** The adjacent double of a positive one, above or below. */
function nextTo(value: number, side: -1 | 0 | 1): number {
  if (side === 0) return value;
  if (value === 0) return side * Number.MIN_VALUE;
  const bits = new BigInt64Array(new Float64Array([value]).buffer);
  bits[0] = (bits[0] ?? 0n) + BigInt(side);
  return new Float64Array(bits.buffer)[0] ?? value;
}
