import { printable } from "../../lib/printable.ts";
import { rawFields } from "../../lib/reading/rawFields.ts";
import { parseFlinkTime } from "../flink/time.ts";
import { type RecentRecord, recordsSince } from "../kafka/recentRecords.ts";
import type { Results } from "./followRows.ts";

export const LOST_MINUTES = 5;
const LIMITS = { atMost: 100_000, withinMs: 8_000 };

/** The readings that one source lost, with the latest reason. */
export interface Losses {
  /** Host name, or the partition if the message does not contain one. */
  readonly source: string;
  late: number;
  quarantined: number;
  reason: string;
  /** When the newest arrived, epoch ms. */
  at: number;
}

/**
 * Sources whose readings did not count in the last minutes, those that lost most first. Late readings are not in any
 * window, and quarantined ones are not in any result.
 *
 * @param hostname path of the host name in a message
 */
export async function lostReadings(
  { kafka, results }: Pick<Results, "kafka" | "results">,
  hostname = "hostname",
) {
  const topicOf = (pipeline: string) => {
    const output = results[pipeline];
    return output !== undefined && "topic" in output ? [output.topic] : [];
  };
  const [late, quarantine] = [topicOf("late"), topicOf("quarantine")];
  const topics = [...late, ...quarantine];
  const since = Date.now() - LOST_MINUTES * 60_000;
  const { records, complete } = await recordsSince(kafka, topics, since, LIMITS);
  return { losses: lossesIn(records, (topic) => late.includes(topic), hostname), complete };
}

/** Those that lost most first. */
export function lossesIn(
  records: readonly RecentRecord[],
  isLate: (topic: string) => boolean,
  hostname = "hostname",
): readonly Losses[] {
  const bySource = new Map<string, Losses>();
  for (const record of records) {
    const found = isLate(record.topic) ? lateReading(record) : quarantined(record, hostname);
    const at = Number(record.message.timestamp);
    const known = bySource.get(found.source) ?? { ...found, late: 0, quarantined: 0, at };
    if (isLate(record.topic)) known.late++;
    else known.quarantined++;
    if (at >= known.at) Object.assign(known, { reason: found.reason, at });
    bySource.set(found.source, known);
  }
  return [...bySource.values()].sort((a, b) => b.late + b.quarantined - (a.late + a.quarantined));
}

function lateReading({ message: { value } }: RecentRecord): Pick<Losses, "source" | "reason"> {
  const { hostname, time_ltz, closed_until } = JSON.parse(String(value)) as Record<string, string>;
  const late = utc(closed_until) - utc(time_ltz);
  return { source: shown(String(hostname)), reason: `of ${time_ltz} UTC, late by ${inWords(late)}` };
}

function quarantined(
  { partition, message }: RecentRecord,
  hostname: string,
): Pick<Losses, "source" | "reason"> {
  const { reason, partition: own } = message.headers ?? {};
  return {
    source: hostIn(message.value, hostname) ?? `(no host name), partition ${own ?? partition}`,
    reason: printable(String(reason ?? "(no reason)")),
  };
}

/** Finds the host name even if something else in the message is wrong. */
function hostIn(value: Buffer | null, path: string): string | undefined {
  const text = String(value);
  try {
    JSON.parse(text);
    const host: unknown = JSON.parse(rawFields(text, [path]).get(path) ?? "null");
    return typeof host === "string" && host.trim() !== "" ? shown(host) : undefined;
  } catch {
    return undefined;
  }
}

/** Safe for a terminal, and not too long. */
const shown = (name: string) => printable(name).slice(0, 60);

const utc = (time: string | undefined) => parseFlinkTime(time) ?? Number.NaN;

const UNITS = [
  ["days", 86_400_000],
  ["h", 3_600_000],
  ["min", 60_000],
] as const;

/** `45 s`, `3 min`, `5 h` or `12 days`: the largest unit that gives at least two. */
function inWords(ms: number): string {
  const [unit, size] = UNITS.find(([, each]) => ms >= 2 * each) ?? (["s", 1_000] as const);
  return `${Math.round(ms / size)} ${unit}`;
}
