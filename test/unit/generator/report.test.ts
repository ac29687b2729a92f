import { expect, test } from "vitest";
import { Reporter } from "../../../apps/generator/report.ts";

const NOW = Date.parse("2026-01-01T00:00:00Z");

test("a line reports how many, how fast, how far and how late", () => {
  const state = { sent: 1_000_000, newest: 0, nextAt: NOW as number | undefined };
  const reporter = new Reporter(() => state, NOW);
  expect(reporter.line(NOW)).toBe("sent 1,000,000 (0/s), newest none yet, behind 0.0 s");

  Object.assign(state, { sent: 1_005_000, newest: NOW + 2_500, nextAt: NOW + 2_600 });
  expect(reporter.line(NOW + 5_000)).toBe(
    "sent 1,005,000 (1,000/s), newest 2026-01-01T00:00:02.500Z, behind 2.4 s",
  );

  Object.assign(state, { sent: 1_025_000, newest: NOW + 9_999, nextAt: undefined });
  expect(reporter.line(NOW + 10_000)).toBe(
    "sent 1,025,000 (4,000/s), newest 2026-01-01T00:00:09.999Z, behind 0.0 s",
  );
  expect(reporter.finalLine(NOW + 10_000)).toBe(
    "sent 1,025,000 (2,500/s), newest 2026-01-01T00:00:09.999Z, behind 0.0 s",
  );
});

test("readings that are due later do not count as behind", () => {
  const reporter = new Reporter(() => ({ sent: 1, newest: NOW, nextAt: NOW + 60_000 }), NOW);
  expect(reporter.line(NOW + 1_000)).toContain("behind 0.0 s");
});
