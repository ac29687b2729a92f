import type { AlertEvent } from "./alertRow.ts";
import type { Told } from "./channel.ts";

/** Lines per message: about the 4,000 characters that Slack recommends at most. */
export const MOST_LINES = 24;
const LONGEST_LINE = 400;

const ICONS: Readonly<Record<AlertEvent, string>> = {
  raised: ":red_circle:",
  still: ":large_orange_circle:",
  cleared: ":large_green_circle:",
};
const WORDS: Readonly<Record<AlertEvent, string>> = { raised: "new", still: "ongoing", cleared: "resolved" };
const URGENCY = Object.keys(ICONS);

/** Text for Slack (mrkdwn): one line per row. If there are many, the less urgent and older ones are only counted. */
export function slackText(rows: readonly Told[]): string {
  const urgency = ({ row }: Told) => URGENCY.indexOf(row.event);
  const urgent = [...rows].sort((a, b) => urgency(a) - urgency(b) || timeOf(b) - timeOf(a));
  const shown = new Set(urgent.slice(0, MOST_LINES));
  const inOrder = [...rows].sort((a, b) => timeOf(a) - timeOf(b));
  const lines = inOrder.filter((row) => shown.has(row)).map(lineOf);
  if (rows.length === 1) return lines.join("");
  const rest = rows.length - lines.length;
  return [summary(rows), ...lines, ...(rest > 0 ? [`… and ${rest} more`] : [])].join("\n");
}

const timeOf = ({ row }: Told) => row.end ?? row.since;

function summary(rows: readonly Told[]): string {
  const counts = (URGENCY as AlertEvent[]).map(
    (event) => [rows.filter(({ row }) => row.event === event).length, WORDS[event]] as const,
  );
  const parts = counts.filter(([number]) => number > 0).map(([number, word]) => `${number} ${word}`);
  return `*CPU alerts:* ${parts.join(", ")}`;
}

function lineOf({ row, wasSilenced }: Told): string {
  const { series, event, message, start, end, since } = row;
  const rest = message.startsWith(series) ? message.slice(series.length) : `: ${message}`;
  const lasts = event === "raised" || end === undefined ? [] : [`for ${duration(end - since)}`];
  const window =
    start === undefined || end === undefined
      ? `${clock(since)} UTC`
      : `${clock(start)}–${clock(end).slice(11)} UTC`;
  const notes = [...lasts, window, ...(wasSilenced ? ["silenced until now"] : [])];
  return `${ICONS[event]} *${plain(series)}*${plain(rest)} (${notes.join(", ")})`;
}

/** `2026-01-05 13:00:30` */
const clock = (time: number) => new Date(time).toISOString().slice(0, 19).replace("T", " ");

/** `45 s`, `12 min`, `3 h 5 min` */
function duration(ms: number): string {
  const minutes = Math.floor(ms / 60_000);
  if (minutes < 1) return `${Math.max(Math.round(ms / 1000), 0)} s`;
  if (minutes < 60) return `${minutes} min`;
  return minutes % 60 === 0 ? `${minutes / 60} h` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** A host may call itself `<!channel>`: it must not wake everyone up. */
function plain(text: string): string {
  const short = text.length > LONGEST_LINE ? `${text.slice(0, LONGEST_LINE)}…` : text;
  return short.replace(/\s+/g, " ").replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
}
