import { jsonMembers } from "./json.ts";
import type { InputMessage } from "./message.ts";

/** A message that advances event time in its partition. */
export interface Tick {
  /** How far, epoch ms: never beyond its own arrival. */
  readonly eventTime: number;
  readonly partition: number;
  readonly offset: number;
  /** When Kafka received it, epoch ms. */
  readonly timestamp: number;
}

/** A valid reading and its position. */
export interface Reading extends Tick {
  readonly hostname: string;
  readonly cpu: string;
  readonly usage: number;
  /** Event time, epoch ms. */
  readonly occurredAt: number;
}

const LONGEST_HOSTNAME = 253;
const LONGEST_CPU = 64;
const AHEAD_MS = 10_000;
/** How far a usage may exceed a limit and still be rounded to it. */
const ROUNDING = 0.5;
const MOST_BRACKETS = 1_000;
const FORBIDDEN = /[\p{Cc}\p{Cs}\ufffd]/u;
const THIRTEEN_DIGITS = /^[1-9]\d{12}$/;
const NUMBER = /^-?\d/;
const BLANK = /^[\s\p{Z}]*$/u;
const HEARTBEAT = /^\{"heartbeat": ?(\d{13})\}$/;

/** The reading in a message; undefined if it is not a valid one. */
export function readReading(message: InputMessage): Reading | undefined {
  if (message.value === null) return undefined;
  // A byte order mark is kept and is not JSON white space; invalid UTF-8 becomes U+FFFD.
  const text = new TextDecoder("utf-8", { ignoreBOM: true }).decode(message.value);
  if ((text.match(/[[{]/g) ?? []).length > MOST_BRACKETS) return undefined;
  const members = jsonMembers(text);
  if (members === undefined) return undefined;

  const hostname = name(members.get("hostname"), LONGEST_HOSTNAME);
  const cpu = name(members.get("cpu"), LONGEST_CPU);
  const usage = number(members.get("usage"));
  const occurredAt = time(members.get("occurred_at"));
  if (hostname === undefined || cpu === undefined || usage === undefined || occurredAt === undefined) {
    return undefined;
  }
  if (usage < -ROUNDING || usage > 100 + ROUNDING) return undefined;
  const { partition, offset, timestamp } = message;
  if (occurredAt > timestamp + AHEAD_MS) return undefined;
  const clamped = Math.min(Math.max(usage, 0), 100);
  const eventTime = Math.min(occurredAt, timestamp);
  return { hostname, cpu, usage: clamped, occurredAt, eventTime, partition, offset, timestamp };
}

/** The heartbeat in a message; undefined if it is not one. */
export function readHeartbeat({ value, partition, offset, timestamp }: InputMessage): Tick | undefined {
  const time = HEARTBEAT.exec(String(value))?.[1];
  if (value === null || time === undefined) return undefined;
  return { eventTime: Math.min(Number(time), timestamp), partition, offset, timestamp };
}

function name(json: string | undefined, longest: number): string | undefined {
  if (json === undefined || !json.startsWith('"')) return undefined;
  const text = JSON.parse(json) as string;
  const length = [...text].length;
  return length >= 1 && length <= longest && !FORBIDDEN.test(text) && !BLANK.test(text) ? text : undefined;
}

function number(json: string | undefined): number | undefined {
  return json !== undefined && NUMBER.test(json) ? Number(json) : undefined;
}

function time(json: string | undefined): number | undefined {
  return json !== undefined && THIRTEEN_DIGITS.test(json) ? Number(json) : undefined;
}
