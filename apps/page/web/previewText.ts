import type { PreviewView } from "../view.ts";
import { number } from "./format.ts";

/** What a threshold would have done, and how much the page knows about that, as a sentence. */
export function previewText({ episodes, cpus, minutes, keptSeries }: PreviewView): string {
  if (cpus === 0) {
    const more = keptSeries === null ? "" : `: it keeps ${number(keptSeries)} series, and there are more`;
    return `The page knows no host of that name${more}.`;
  }
  if (minutes === 0) return "The page has no averages of this host from the last hour.";
  const alerts = episodes === 1 ? "1 alert" : `${episodes === 0 ? "no" : episodes} alerts`;
  const time = minutes >= 60 ? "hour" : minutes === 1 ? "minute" : `${minutes} minutes`;
  const known = cpus === 1 ? "the only CPU" : `the ${cpus} CPUs`;
  const of = keptSeries === null ? "" : `, judging by ${known} of this host that the page keeps`;
  return `This value would have raised ${alerts} in the last ${time}${of}.`;
}
