import type { SourceFormat } from "../../components/source/sourceFormat.ts";
import { rawFields } from "../../lib/rawFields.ts";

/** A valid reading, or why a message is none: in the words of the quarantine. */
export type Judgement =
  | { readonly hostname: string; readonly cpu: string; readonly usage: number; readonly time: number }
  | { readonly reason: string };

const MOST_BRACKETS = 1_000;
const LONGEST_HOSTNAME = 253;
const LONGEST_CPU = 64;
/** How far a usage may be over a limit, in percent. */
const ROUNDING = 0.5;
const AHEAD_MS = 10_000;
const FORBIDDEN = /[\p{Cc}\p{Cs}\ufffd]/u;
const BLANK = /^\p{Z}*$/u;
const ISO = /^\d{4}-\d\d-\d\dT([01]\d|2[0-3]):\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-](0\d|1[0-8]):\d\d)$/;

/** By the setting source.timeUnit: what the value must be, how it is called, and how many digits it has before the point. */
const TIME_UNITS = {
  seconds: { type: "a number", form: "seconds since 1970 (10 digits)", digits: 10 },
  milliseconds: { type: "a whole number", form: "milliseconds since 1970 (13 digits)", digits: 13 },
  microseconds: { type: "a whole number", form: "microseconds since 1970 (16 digits)", digits: 16 },
  nanoseconds: { type: "a whole number", form: "nanoseconds since 1970 (19 digits)", digits: 19 },
  iso_8601: { type: "a text", form: "ISO 8601 with a time zone, such as 2026-01-05T13:00:00Z", digits: 0 },
} as const;

/** By the setting source.usageForm. */
const USAGE_FORMS = {
  percent: { range: "0 to 100", toPercent: (value: number) => value },
  fraction: { range: "0 to 1", toPercent: (value: number) => value * 100 },
  idle: { range: "0 to 100", toPercent: (value: number) => 100 - value },
} as const;

/**
 * Decides about a message as the pipelines do (flink/reading), without a Flink.
 *
 * @param arrivedAt Kafka's timestamp of the message, epoch ms
 */
export function judge(message: Buffer | null, arrivedAt: number, format: SourceFormat): Judgement {
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

function judgeFields(text: string, arrivedAt: number, format: SourceFormat): Judgement {
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
  const isHuge = /[.eE]/.test(usage) && !Number.isFinite(sent);
  if (!/^-?\d/.test(usage) || isHuge) return { reason: `${usagePath} is not a number` };
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
  const form = USAGE_FORMS[format["source.usageForm"]];
  const percent = form.toPercent(sent);
  if (percent < -ROUNDING || percent > 100 + ROUNDING)
    return { reason: `${usagePath} is outside ${form.range}` };
  const occurredAt = milliseconds(time, format);
  if (occurredAt === undefined) return { reason: `${timePath} is not in ${unit.form}` };
  if (occurredAt > arrivedAt + AHEAD_MS)
    return { reason: `clock is ahead by ${ahead(occurredAt - arrivedAt)}` };
  return { ...names, usage: Math.min(Math.max(percent, 0), 100), time: occurredAt };
}

function hasType(raw: string, type: string): boolean {
  if (type === "a text") return raw.startsWith('"');
  return /^-?\d/.test(raw) && (type === "a number" || !/[.eE]/.test(raw));
}

function milliseconds(raw: string, format: SourceFormat): number | undefined {
  const unit = format["source.timeUnit"];
  if (unit === "iso_8601") {
    const text = JSON.parse(raw) as string;
    const time = ISO.test(text) ? Date.parse(text) : Number.NaN;
    return Number.isNaN(time) ? undefined : time;
  }
  const digits = /^\d*/.exec(raw)?.[0] ?? "";
  if (digits.length !== TIME_UNITS[unit].digits) return undefined;
  return unit === "seconds" ? Math.round(Number(raw) * 1_000) : Number(digits.slice(0, 13));
}

/** As sql/flink/pipelines/quarantine.sql says it. */
function ahead(ms: number): string {
  const seconds = Math.floor(ms / 1_000);
  const minutes = Math.floor((ms + 30_000) / 60_000);
  if (minutes < 2 && seconds < 60) return `${seconds} s`;
  if (minutes < 120) return `${minutes} min`;
  if (minutes < 2_880) return `${Math.floor((minutes + 30) / 60)} h`;
  return `${Math.floor((minutes + 720) / 1_440)} days`;
}
