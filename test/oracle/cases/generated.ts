import { encode, parseGeneratorOptions, readings } from "../../../apps/generator/generator.ts";
import { keyOf } from "../../../apps/generator/readings.ts";
import type { RawMessage } from "../harness/source.ts";
import { groupBy } from "../model/groupBy.ts";

/** How much event time is sent at once: little enough for every job to read a partition's share in a moment. */
const PART_MS = 150_000;

/** An hour of the generator's readings in parts, all 35 series, each in a partition of its own choice. */
export function generatedHour(start: number, partitions: number, seed: number) {
  const options = parseGeneratorOptions({ start, duration: "1h", seed, rate: 7 });
  const parts = groupBy(readings(options), ({ occurredAt }) => Math.floor((occurredAt - start) / PART_MS));
  return [...parts].map(([index, part]) => ({
    end: start + (index + 1) * PART_MS,
    messages: part.map(
      (reading): RawMessage => ({
        partition: spread(keyOf(reading)) % partitions,
        value: encode(reading),
      }),
    ),
  }));
}

/** A number that depends on all of a text. */
export function spread(text: string): number {
  return [...text].reduce((sum, character) => (sum * 31 + (character.codePointAt(0) ?? 0)) % 1_000_003, 7);
}
