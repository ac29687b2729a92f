import { describe, expect, it } from "vitest";
import { deep, escapes, kinds } from "../../oracle/cases/malformed.ts";
import { readReading } from "../../oracle/model/reading.ts";

const TIME = 1_767_618_000_123;

describe("the model on messages of unusual kinds", () => {
  it.each([...kinds, ...escapes, deep].map((kind) => [kind.name, kind] as const))(
    "%s",
    (_, { value, reason }) => {
      const raw = value(TIME);
      const bytes = raw === null ? null : Buffer.from(raw);
      const reading = readReading({ partition: 0, offset: 0, value: bytes, timestamp: TIME });
      expect(reading === undefined).toBe(reason !== undefined);
    },
  );
});
