import { parseGeneratorOptions } from "../../../apps/generator/options.ts";
import { encode, keyOf, readings } from "../../../apps/generator/readings.ts";
import type { RawMessage } from "../harness/source.ts";

/** An hour of the generator's readings, all 35 series, each in a partition of its own choice: a few MB in all. */
export function generatedHour(start: number, partitions: number, seed: number): RawMessage[] {
  const options = parseGeneratorOptions({ start, duration: "1h", seed, rate: 14 });
  return [...readings(options)].map((reading) => ({
    partition: spread(keyOf(reading)) % partitions,
    value: encode(reading),
  }));
}

/** A number that depends on the whole text. */
export function spread(text: string): number {
  return [...text].reduce((sum, character) => (sum * 31 + (character.codePointAt(0) ?? 0)) % 1_000_003, 7);
}
