import { expect } from "vitest";
import type { Kind } from "../cases/malformed.ts";
import { readingsAt } from "../cases/steady.ts";
import type { OracleStack } from "./oracleStack.ts";
import type { RawMessage } from "./source.ts";
import { Stretch } from "./stretch.ts";

const APART_MS = 1_000;

/** Sends messages of unusual kinds, one in eleven, and compares all outputs and the reason given for each message. */
export async function everyKindIsExact(oracle: OracleStack, kinds: readonly Kind[]): Promise<void> {
  const stretch = new Stretch(oracle);
  const { partitions, from } = stretch;
  const unusual = kinds.map(({ name, reason, value }, index) => ({
    name,
    reason,
    partition: partitions[index % partitions.length] ?? 0,
    value: value(from + index * APART_MS),
  }));
  const messages = unusual.flatMap((one, index): RawMessage[] => {
    const usual = readingsAt(from + index * APART_MS, index, partitions.length);
    return [...usual.slice(0, 5), one, ...usual.slice(5, 10)];
  });
  await stretch.open();
  await stretch.send(messages);
  await stretch.close(from + kinds.length * APART_MS);
  await stretch.settled();

  const input = await stretch.input();
  const places = new Map(input.map((read) => [bytesOf(read), `${read.partition}/${read.offset}`]));
  const reasons = oracle.reasons();
  const said = unusual.map((one) => [one.name, reasons.get(places.get(bytesOf(one)) ?? "")]);
  expect(Object.fromEntries(said)).toEqual(
    Object.fromEntries(unusual.map(({ name, reason }) => [name, reason])),
  );
}

/** Messages of different kinds differ in their bytes. */
function bytesOf({ value }: Pick<RawMessage, "value">): string {
  return value === null ? "tombstone" : `bytes ${Buffer.from(value).toString("base64")}`;
}
