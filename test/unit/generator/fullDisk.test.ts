import { appendFileSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { LabelFile } from "../../../apps/generator/labels.ts";
import { parseGeneratorOptions } from "../../../apps/generator/options.ts";
import { allSeries } from "../../../apps/generator/series.ts";

vi.mock("node:fs", async (importOriginal) => {
  const fs = await importOriginal<typeof import("node:fs")>();
  return { ...fs, appendFileSync: vi.fn(fs.appendFileSync) };
});

test("labels that did not fit on the disk are written whole once there is space", async () => {
  const fs = await vi.importActual<typeof import("node:fs")>("node:fs");
  const folder = mkdtempSync(join(tmpdir(), "labels-"));
  const start = Date.parse("2026-01-01T00:00:00Z");
  const series = allSeries(parseGeneratorOptions({}));
  const advanced = (file: string) => {
    const labels = new LabelFile(file, series, start, false);
    labels.advance(start + 300_000);
    return labels;
  };
  try {
    const [torn, whole] = [join(folder, "torn.jsonl"), join(folder, "whole.jsonl")];
    advanced(whole).advance(start + 600_000);
    const labels = advanced(torn);
    const before = readFileSync(torn, "utf8");
    vi.mocked(appendFileSync).mockImplementationOnce((file, text) => {
      fs.appendFileSync(file, String(text).slice(0, 100));
      throw new Error("ENOSPC: no space left on device, write");
    });
    expect(() => labels.advance(start + 600_000)).toThrow("ENOSPC");
    expect(readFileSync(torn, "utf8")).toBe(before);
    labels.advance(start + 600_000);
    expect(readFileSync(torn, "utf8")).toBe(readFileSync(whole, "utf8"));
  } finally {
    rmSync(folder, { recursive: true });
  }
});
