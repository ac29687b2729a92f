import { type SourceFormat, tutorialFormat } from "../../components/source/sourceFormat.ts";
import { type Judgement, judge } from "../../lib/reading/judge.ts";
import { readHeartbeat, readReading } from "../oracle/model/reading.ts";
import type { ClusterOutputs } from "../support/testStack.ts";
import { BOTH, type Decoded, decode } from "./decoders.ts";
import { ARRIVAL, type Bytes } from "./messages.ts";
import { shrink } from "./shrink.ts";

/** The quarantine's reason for this, from the time on. */
export const CLOCK_AHEAD = /^clock is ahead/;

/** The model's result for a message; it gives no reasons. */
function modelled(value: Bytes): Omit<Decoded, "reason" | "occurred_at"> {
  const message = { value, partition: 0, offset: 0, timestamp: ARRIVAL };
  const reading = readReading(message);
  const { hostname = null, cpu = null, usage = null } = reading ?? {};
  // As it was sent: the watermark limits it to its arrival.
  const heartbeat = readHeartbeat({ ...message, timestamp: Number.POSITIVE_INFINITY })?.eventTime ?? null;
  return { hostname, cpu, usage, heartbeat, isValid: reading !== undefined };
}

/** Whether `npm run check` treats a message as the pipelines do. */
export function agrees(message: Bytes, decoded: Decoded, format: SourceFormat): boolean {
  if (decoded.heartbeat !== null) return true;
  const judgement: Judgement = judge(message, ARRIVAL, format);
  if ("reason" in judgement) {
    return (
      judgement.reason === decoded.reason ||
      (CLOCK_AHEAD.test(judgement.reason) && decoded.reason === null && !decoded.isValid)
    );
  }
  const { hostname, cpu, usage, occurred_at: time, isValid } = decoded;
  return isValid && same(judgement, { hostname, cpu, usage, time });
}

/** Whether the two decoders, the model and `npm run check` disagree about a message. */
export function differs(message: Bytes, format: Decoded | undefined, text: Decoded | undefined): boolean {
  if (format === undefined || text === undefined) return true;
  const { reason: _, occurred_at: __, ...reading } = format;
  return !same(format, text) || !same(reading, modelled(message)) || !agrees(message, format, tutorialFormat);
}

/** Whether two have the same fields. */
export function same(one: object, other: object): boolean {
  const sorted = (fields: object) =>
    JSON.stringify(Object.entries(fields).sort(([a], [b]) => (a < b ? -1 : 1)));
  return sorted(one) === sorted(other);
}

/** The smallest message that shows the difference, and each side's result. */
export async function describeDifference(services: ClusterOutputs, message: Bytes): Promise<string> {
  const smallest = await shrink(message, async (candidates) => {
    const [format = [], text = []] = await decode(services, candidates, BOTH);
    return candidates.findIndex((candidate, index) => differs(candidate, format[index], text[index]));
  });
  const [[format] = [], [text] = []] = await decode(services, [smallest], BOTH);
  return [
    "the decoders differ on a message, here as text and in base64:",
    JSON.stringify(String(smallest)),
    smallest?.toString("base64") ?? "a tombstone",
    `format  ${JSON.stringify(format)}`,
    `SQL     ${JSON.stringify(text)}`,
    `check   ${JSON.stringify(judge(smallest, ARRIVAL, tutorialFormat))}`,
    `model   ${JSON.stringify(modelled(smallest))}`,
  ].join("\n");
}
