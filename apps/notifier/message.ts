import { createHash } from "node:crypto";
import { keyOf } from "./records.ts";
import type { Change } from "./series.ts";

/** Lines of one message: about the 4,000 characters that Slack recommends at most. */
export const MOST_LINES = 24;
const LONGEST_NAME = 64;

const ICONS = {
  alert: ":red_circle:",
  reminder: ":large_orange_circle:",
  resolved: ":large_green_circle:",
} as const;
const URGENCY = Object.keys(ICONS);

/** Text for Slack (mrkdwn): a line a change, the less urgent and the older of many only counted. */
export function messageText(changes: readonly Change[]): string {
  const urgency = ({ kind }: Change) => URGENCY.indexOf(kind);
  const urgent = [...changes].sort((a, b) => urgency(a) - urgency(b) || b.end - a.end);
  const shown = new Set(urgent.slice(0, MOST_LINES));
  const lines = changes.filter((change) => shown.has(change)).map(lineOf);
  if (changes.length === 1) return lines.join("");

  const rest = changes.length - lines.length;
  return [summary(changes), ...lines, ...(rest > 0 ? [`… and ${rest} more`] : [])].join("\n");
}

/** The same for the same changes, and different for others: by it a message is found again in Slack. */
export function messageId(changes: readonly Change[]): string {
  const facts = changes.map((change) => [change.kind, keyOf(change), change.end]);
  return createHash("sha256").update(JSON.stringify(facts)).digest("hex").slice(0, 32);
}

function summary(changes: readonly Change[]): string {
  const count = (kind: Change["kind"]) => changes.filter((change) => change.kind === kind).length;
  const parts = [
    [count("alert"), "over threshold"],
    [count("reminder"), "still over"],
    [count("resolved"), "back under"],
  ] as const;
  return `*CPU usage:* ${parts
    .filter(([number]) => number > 0)
    .map(([number, what]) => `${number} ${what}`)
    .join(", ")}`;
}

function lineOf(change: Change): string {
  const { kind, hostname, cpu, average, threshold, start, end, since } = change;
  const span = duration(end - since);
  const what = {
    alert: "is over its threshold",
    reminder: `is still over its threshold, for ${span}`,
    resolved: average <= threshold ? `is back under its threshold, after ${duration(start - since)}` : RAISED,
  }[kind];
  const usage = `${Math.round(average * 10) / 10} % on average, threshold ${threshold} %`;
  return `${ICONS[kind]} *${nameOf(hostname)}/${nameOf(cpu)}* ${what}: ${usage} (${clock(start, end)})`;
}

const RAISED = "is no longer over its threshold, which seems to have been raised";

/** `2026-01-05 13:00:30–13:01:00 UTC` */
function clock(start: number, end: number): string {
  const [day, from] = new Date(start).toISOString().split(/[T.]/);
  const [, to] = new Date(end).toISOString().split(/[T.]/);
  return `${day} ${from}–${to} UTC`;
}

/** `45 s`, `12 min`, `3 h 5 min` */
function duration(ms: number): string {
  const minutes = Math.floor(ms / 60_000);
  if (minutes < 1) return `${Math.round(ms / 1000)} s`;
  if (minutes < 60) return `${minutes} min`;
  return minutes % 60 === 0 ? `${minutes / 60} h` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** A host may call itself `<!channel>`: it must not wake everyone up. */
function nameOf(name: string): string {
  const short = name.length > LONGEST_NAME ? `${name.slice(0, LONGEST_NAME)}…` : name;
  return short.replace(/\s+/g, " ").replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
}
