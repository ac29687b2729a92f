import { alertRules } from "../pipelines.ts";
import { names } from "./structuredTypes.ts";
import { duration, integer } from "./types.ts";

/** What becomes an alert, and what is learned to be usual. */
export const alerts = {
  "alerts.rules": names({
    default: alertRules,
    description:
      "What becomes an alert: a load over the host's threshold, silence, a load that is unusual for the CPU",
    of: alertRules,
    atLeast: 1,
  }),
  "alerts.raiseAfter": integer({
    default: 1,
    description: "Number of consecutive windows over the threshold with which an alert begins",
    min: 1,
    max: 100,
  }),
  "alerts.clearAfter": integer({
    default: 2,
    description: "Number of consecutive windows not over the threshold with which an alert ends",
    min: 1,
    max: 100,
  }),
  "alerts.cooldown": duration({
    default: "10m",
    description: "How often an ongoing alert of the rule threshold is reported again",
  }),
  "alerts.silentAfter": duration({
    default: "60s",
    description: "How long a CPU must send nothing, while others do, to raise an alert",
    atLeast: "1s",
    atMost: "15m",
  }),
  "learned.widths": integer({
    default: 5,
    description: "How many times larger than usual a deviation must be to count as unusual",
    min: 1,
    max: 100,
  }),
  "learned.relative": integer({
    default: 20,
    description: "Minimum deviation that can be unusual, in percent of the expected load",
    min: 0,
    max: 1000,
  }),
  "learned.points": integer({
    default: 2,
    description: "Minimum deviation that can be unusual, in percentage points",
    min: 0,
    max: 100,
  }),
  "learned.memoryDays": integer({
    default: 4,
    description: "Days after which what was learned weighs only a third (1/e)",
    min: 1,
    max: 30,
  }),
  "learned.repeats": integer({
    default: 5,
    description:
      "A deviation is usual if more than this many similar ones have begun recently; older ones count less",
    min: 1,
    max: 1000,
  }),
  "learned.forgetAfter": duration({
    default: "30d",
    description:
      "How long a CPU that sends nothing is remembered, with what is usual for it and its ongoing alerts; set it to at least three times learned.memoryDays",
    atLeast: "2d",
    atMost: "3650d",
  }),
} as const;
