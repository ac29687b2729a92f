import type { TopicRecord } from "../oracle/harness/topicReader.ts";

/** An episode begins or ends. A reminder is not a change: of several such rows, only the newest is posted. */
export interface EpisodeChange {
  readonly event: "raised" | "cleared";
  readonly series: string;
  /** When its window starts: `2026-01-05 13:00:30`. */
  readonly at: string;
}

/** The change that a row of the alerts reports; undefined if it reports none. */
export function changeOf({ key, value }: TopicRecord): EpisodeChange | undefined {
  const { event, window_start } = JSON.parse(String(value)) as { event: string; window_start: string };
  if (event !== "raised" && event !== "cleared") return undefined;
  return { event, series: key ?? "", at: window_start.replace("T", " ").slice(0, 19) };
}

const EVENTS = { red_circle: "raised", large_green_circle: "cleared" } as const;
const LINE = /^:(red_circle|large_green_circle): \*(.+?)\* .*\((?:for [^,]+, )?(\d+-\d+-\d+ \d+:\d+:\d+)–/gm;

/** The changes that a message lists. */
export function linesIn(text: string): EpisodeChange[] {
  return [...text.matchAll(LINE)].map(([, icon, series = "", at = ""]) => ({
    event: EVENTS[icon as keyof typeof EVENTS],
    series,
    at,
  }));
}

/** How many changes a message reports, including those that it only counts. */
export function countIn(text: string): number {
  const heading = /^\*CPU alerts:\*.*/.exec(text)?.[0];
  if (heading === undefined) return linesIn(text).length;
  return [...heading.matchAll(/(\d+) (?:new|resolved)/g)].reduce((sum, [, count]) => sum + Number(count), 0);
}
