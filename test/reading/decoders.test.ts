import { expect, inject, it } from "vitest";
import { deep, escapes, kinds } from "../oracle/cases/malformed.ts";
import { readHeartbeat, readReading } from "../oracle/model/reading.ts";
import { type Decoded, decode } from "./decoders.ts";
import { ARRIVAL, type Bytes, randomMessages } from "./messages.ts";
import { shrink } from "./shrink.ts";

const services = inject("services");
const COUNT = 100_000;

it("both decoders find the same in 100,000 random messages, which is what the model finds", {
  timeout: 300_000,
}, async () => {
  const messages = randomMessages(COUNT, 1);
  const verdicts = await decode(services, messages);
  const first = messages.findIndex((message, index) => differs(message, verdicts[index]));
  if (first >= 0) expect.fail(await describe(messages[first] ?? null));
  // Neither decoder has only one answer.
  expect(share(verdicts.map(({ format }) => format.isValid))).toBeGreaterThan(0.2);
  expect(new Set(verdicts.map(({ format }) => format.reason)).size).toBeGreaterThan(15);
});

it("both decoders say the same about each unusual message", async () => {
  const unusual = [...kinds, ...escapes, deep];
  const values = unusual
    .map(({ value }) => value(ARRIVAL))
    .map((value) => (value === null ? null : Buffer.from(value)));
  const verdicts = await decode(services, values);
  const CLOCK = /^clock is ahead/;
  const said = (which: "format" | "text") =>
    unusual.map(({ name, reason }, index) => {
      const { [which]: found = undefined } = verdicts[index] ?? {};
      // The quarantine says that, from the time.
      if (CLOCK.test(reason ?? "") && found?.reason === null && !found.isValid) return [name, reason];
      return [name, found?.isValid ? undefined : found?.reason];
    });
  const expected = unusual.map(({ name, reason }) => [name, reason]);
  expect(said("format")).toEqual(expected);
  expect(said("text")).toEqual(expected);
});

const share = (list: readonly boolean[]) => list.filter(Boolean).length / list.length;

/** What the model makes of a message, apart from reasons, which it has none of. */
function modelled(value: Bytes): Omit<Decoded, "reason" | "occurred_at"> {
  const message = { value, partition: 0, offset: 0, timestamp: ARRIVAL };
  const reading = readReading(message);
  const { hostname = null, cpu = null, usage = null } = reading ?? {};
  // As it was sent: the watermark limits it to its arrival.
  const heartbeat = readHeartbeat({ ...message, timestamp: Number.POSITIVE_INFINITY })?.eventTime ?? null;
  return { hostname, cpu, usage, heartbeat, isValid: reading !== undefined };
}

function differs(message: Bytes, verdicts: { format: Decoded; text: Decoded } | undefined): boolean {
  if (verdicts === undefined) return true;
  const { reason: _, occurred_at: __, ...format } = verdicts.format;
  return !same(verdicts.format, verdicts.text) || !same(format, modelled(message));
}

function same(one: object, other: object): boolean {
  const sorted = (decoded: object) =>
    JSON.stringify(Object.entries(decoded).sort(([a], [b]) => (a < b ? -1 : 1)));
  return sorted(one) === sorted(other);
}

/** The smallest message that shows the difference, and what each makes of it. */
async function describe(message: Bytes): Promise<string> {
  const decodeAll = (candidates: readonly Bytes[]) => decode(services, candidates);
  const smallest = await shrink(message, async (candidates) => {
    const verdicts = await decodeAll(candidates);
    return candidates.findIndex((candidate, index) => differs(candidate, verdicts[index]));
  });
  const [verdicts] = await decodeAll([smallest]);
  return [
    "the decoders differ on a message, here as text and in base64:",
    JSON.stringify(String(smallest)),
    smallest?.toString("base64") ?? "a tombstone",
    `format  ${JSON.stringify(verdicts?.format)}`,
    `SQL     ${JSON.stringify(verdicts?.text)}`,
    `model   ${JSON.stringify(modelled(smallest))}`,
  ].join("\n");
}
