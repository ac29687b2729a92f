import { jsonMembers } from "./json.ts";
import type { InputMessage } from "./message.ts";

/** A valid reading, and where it stood. */
export interface Reading {
  readonly hostname: string;
  readonly cpu: string;
  readonly usage: number;
  /** Event time, epoch ms. */
  readonly occurredAt: number;
  readonly partition: number;
  readonly offset: number;
  /** When Kafka got it, epoch ms. */
  readonly timestamp: number;
}

const LONGEST_HOSTNAME = 253;
const LONGEST_CPU = 64;
const AHEAD_MS = 3_600_000;
const MOST_BRACKETS = 1_000;
const FORBIDDEN = /[\p{Cc}\p{Cs}\ufffd]/u;
const THIRTEEN_DIGITS = /^[1-9]\d{12}$/;
const NUMBER = /^-?\d/;

/** The reading that a message holds; undefined where it is not a valid one. */
export function readReading(message: InputMessage): Reading | undefined {
  if (message.value === null) return undefined;
  // A byte order mark is kept, and is no white space of JSON; what is no UTF-8 becomes U+FFFD.
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
  if (usage < 0 || usage > 100) return undefined;
  if (occurredAt > Math.floor(message.timestamp / 1_000) * 1_000 + AHEAD_MS) return undefined;
  const { partition, offset, timestamp } = message;
  return { hostname, cpu, usage, occurredAt, partition, offset, timestamp };
}

function name(json: string | undefined, longest: number): string | undefined {
  if (json === undefined || !json.startsWith('"')) return undefined;
  const text = JSON.parse(json) as string;
  const length = [...text].length;
  return length >= 1 && length <= longest && !FORBIDDEN.test(text) ? text : undefined;
}

function number(json: string | undefined): number | undefined {
  return json !== undefined && NUMBER.test(json) ? Number(json) : undefined;
}

function time(json: string | undefined): number | undefined {
  return json !== undefined && THIRTEEN_DIGITS.test(json) ? Number(json) : undefined;
}
