import { EARLIEST, ISO_TIME, type ReadingForm, TIME_UNITS, USAGE_RANGES } from "./forms.ts";
import { rawFields } from "./rawFields.ts";

/** A valid reading, or why a message is not one, in the words of the quarantine. */
export type Judgement =
  | { readonly hostname: string; readonly cpu: string; readonly usage: number; readonly time: number }
  | { readonly reason: string };

const MOST_BRACKETS = 1_000;
const LONGEST_HOSTNAME = 253;
const LONGEST_CPU = 64;
/** How far a usage may exceed a limit, in percent. */
const ROUNDING = 0.5;
const AHEAD_MS = 10_000;
/** Too far ahead for a difference, as in sql/flink/pipelines/quarantine.sql. */
const YEAR_3000 = Date.UTC(3000, 0, 1);
const FORBIDDEN = /[\p{Cc}\p{Cs}\ufffd]/u;
const BLANK = /^\p{Z}*$/u;
const ISO = new RegExp(`^(${ISO_TIME})$`);

/** By the setting source.usageForm. */
const TO_PERCENT = {
  percent: (value: number) => value,
  fraction: (value: number) => value * 100,
  idle: (value: number) => 100 - value,
} as const;

/**
 * Judges a message as the pipelines do (flink/reading), without Flink.
 *
 * @param arrivedAt Kafka's timestamp of the message, epoch ms
 */
export function judge(message: Buffer | null, arrivedAt: number, format: ReadingForm): Judgement {
  if (message === null || message.length === 0) return { reason: "empty" };
  // A byte order mark is not JSON.
  const text = new TextDecoder("utf-8", { ignoreBOM: true }).decode(message);
  if ((text.match(/[[{]/g) ?? []).length > MOST_BRACKETS)
    return { reason: "more than 1000 brackets and braces" };
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { reason: "not JSON" };
  }
  if (value === null || typeof value !== "object" || Array.isArray(value))
    return { reason: "not a JSON object" };
  return judgeFields(text, arrivedAt, format);
}

function judgeFields(text: string, arrivedAt: number, format: ReadingForm): Judgement {
  const paths = [
    format["source.hostname"],
    format["source.cpu"],
    format["source.usage"],
    format["source.time"],
  ];
  const found = rawFields(text, paths);
  const missing = paths.find((path) => (found.get(path) ?? "null") === "null");
  if (missing !== undefined) return { reason: `${missing} is missing` };
  const [hostname = "", cpu = "", usage = "", time = ""] = paths.map((path) => found.get(path));
  const [hostnamePath, cpuPath, usagePath, timePath] = paths;

  if (!hostname.startsWith('"')) return { reason: `${hostnamePath} is not a text` };
  if (!cpu.startsWith('"')) return { reason: `${cpuPath} is not a text` };
  const sent = Number(usage);
  if (!isNumber(usage)) return { reason: `${usagePath} is not a number` };
  const unit = TIME_UNITS[format["source.timeUnit"]];
  if (!hasType(time, unit.type)) return { reason: `${timePath} is not ${unit.type}` };
  const names = { hostname: JSON.parse(hostname) as string, cpu: JSON.parse(cpu) as string };
  for (const [path, name, longest] of [
    [hostnamePath, names.hostname, LONGEST_HOSTNAME],
    [cpuPath, names.cpu, LONGEST_CPU],
  ] as const) {
    const length = [...name].length;
    if (length < 1 || length > longest || FORBIDDEN.test(name)) {
      return { reason: `${path} is not 1 to ${longest} characters without control characters` };
    }
  }
  if (BLANK.test(names.hostname)) return { reason: `${hostnamePath} is blank` };
  if (BLANK.test(names.cpu)) return { reason: `${cpuPath} is blank` };
  const usageForm = format["source.usageForm"];
  const percent = TO_PERCENT[usageForm](sent);
  if (percent < -ROUNDING || percent > 100 + ROUNDING)
    return { reason: `${usagePath} is outside ${USAGE_RANGES[usageForm]}` };
  const occurredAt = milliseconds(time, format);
  if (occurredAt === undefined) return { reason: `${timePath} is not in ${unit.form}` };
  if (occurredAt > arrivedAt + AHEAD_MS) return { reason: `clock is ahead${ahead(occurredAt, arrivedAt)}` };
  return { ...names, usage: Math.min(Math.max(percent, 0), 100), time: occurredAt };
}

/**
 * Whether what a reading says is plausible, without the reason if it is not; quick, because there may be many.
 *
 * @param reading with its usage in percent and its time in epoch ms
 */
export const isPlausible = (
  { hostname, cpu, usage, time }: Exclude<Judgement, { readonly reason: string }>,
  arrivedAt: number,
): boolean =>
  hostname.length <= 2 * LONGEST_HOSTNAME &&
  cpu.length <= 2 * LONGEST_CPU &&
  usage >= -ROUNDING &&
  usage <= 100 + ROUNDING &&
  time >= EARLIEST &&
  time <= arrivedAt + AHEAD_MS;

function hasType(raw: string, type: string): boolean {
  if (type === "a text") return raw.startsWith('"');
  return type === "a number" ? isNumber(raw) : /^-?\d+$/.test(raw);
}

/** An exponent too large for a double is not a number; digits, however many, are. */
const isNumber = (raw: string) => /^-?\d/.test(raw) && (!/[.eE]/.test(raw) || Number.isFinite(Number(raw)));

function milliseconds(raw: string, format: ReadingForm): number | undefined {
  const unit = format["source.timeUnit"];
  if (unit === "iso_8601") {
    const text = JSON.parse(raw) as string;
    // Not every JavaScript engine accepts more than three decimals of a second.
    const time = ISO.test(text) ? Date.parse(text.replace(/(\.\d{3})\d+/, "$1")) : Number.NaN;
    return time >= EARLIEST ? time : undefined;
  }
  if (unit === "seconds") {
    const seconds = Number(raw);
    return seconds >= 1e9 && seconds < 1e10 ? Math.round(seconds * 1_000) : undefined;
  }
  const isInUnit = raw.length === TIME_UNITS[unit].digits && !raw.startsWith("-");
  return isInUnit ? Number(raw.slice(0, 13)) : undefined;
}

/** Worded as in sql/flink/pipelines/quarantine.sql. */
function ahead(occurredAt: number, arrivedAt: number): string {
  if (occurredAt >= YEAR_3000) return ", in the year 3000 or later";
  return ` by ${duration(occurredAt - arrivedAt)}`;
}

function duration(ms: number): string {
  const seconds = Math.floor(ms / 1_000);
  const minutes = Math.floor((ms + 30_000) / 60_000);
  if (minutes < 2 && seconds < 60) return `${seconds} s`;
  if (minutes < 120) return `${minutes} min`;
  if (minutes < 2_880) return `${Math.floor((minutes + 30) / 60)} h`;
  return `${Math.floor((minutes + 720) / 1_440)} days`;
}
