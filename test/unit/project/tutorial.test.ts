import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { projectDirectory } from "../../../lib/paths.ts";
import { applyDiff, blocksOf, pattern, quotedIn } from "../../support/tutorial.ts";

const read = (file: string) => readFileSync(join(projectDirectory, file), "utf8");
const quotes = blocksOf(read("docs/tutorial.md")).flatMap((block) => quotedIn(block) ?? []);

it.each(quotes.map(({ file, lines }) => [file, lines] as const))(
  "the tutorial quotes lines of %s unchanged and in order",
  (file, lines) => {
    let rest = read(file);
    for (const line of lines) {
      const at = rest.indexOf(line);
      expect(at, `${file} does not have, or not here: ${line}`).toBeGreaterThanOrEqual(0);
      rest = rest.slice(at + line.length);
    }
  },
);

it("the tutorial quotes the statement of each of the original's pipelines", () => {
  const names = ["filter", "aggregate", "thresholdFilter", "countOverThreshold", "notify", "search"];
  const files = quotes.map(({ file }) => file);
  expect(files).toEqual(expect.arrayContaining(names.map((name) => `sql/flink/pipelines/${name}.sql`)));
});

describe("the tutorial runner", () => {
  it("pairs a command with the output promised after it", () => {
    const page = "a\n```sh\nnpm start\n```\n\n```text\nup 48\n```\n\n```sh fails\nnpm run up\n```\n";
    expect(blocksOf(page)).toEqual([
      { kind: "sh", text: "npm start", promised: ["up 48"] },
      { kind: "sh fails", text: "npm run up", promised: [] },
    ]);
  });

  it("ignores different numbers and spacing, but not different words", () => {
    expect("x  topic a_b   1,234,567 y").toMatch(pattern("topic a_b  103,341"));
    expect("topic a_b many").not.toMatch(pattern("topic a_b  103,341"));
    expect("freshStart: [aggregate]").toMatch(pattern("freshStart: [aggregate]"));
  });

  it.each([
    ["doc  usage  12.1  threshold 5", "doc usage 7.4 threshold 5", "doc usage 12.1 threshold 50"],
    ['"threshold":5.0', '{"threshold":5.0}', '{"threshold":20.0}'],
    ["47 unchanged, 1 updated.", "46 unchanged, 1 updated.", "46 unchanged, 11 updated."],
    ["sent 300", "sent 300 (100/s)", "sent 3,000 (100/s)"],
    ["Hosts   8: bashful", "Hosts   8: bashful", "Hosts   7: bashful"],
    ["usage  59.8", "usage 42.0", "usage 80.1"],
  ])("does not ignore the effect of a step: %s", (promised, printed, other) => {
    expect(printed).toMatch(pattern(promised));
    expect(other).not.toMatch(pattern(promised));
  });

  it("applies a change to a file, and refuses one that does not fit", () => {
    const folder = mkdtempSync(join(tmpdir(), "tutorial-"));
    mkdirSync(join(folder, "sql"));
    writeFileSync(join(folder, "sql/a.sql"), "WHERE usage > 80\n  AND x\n");
    applyDiff(folder, "# sql/a.sql\n-usage > 80\n+usage > 40");
    expect(readFileSync(join(folder, "sql/a.sql"), "utf8")).toBe("WHERE usage > 40\n  AND x\n");
    expect(() => applyDiff(folder, "# sql/a.sql\n-usage > 80\n+usage > 40")).toThrow(
      /does not have the line/,
    );
    rmSync(folder, { recursive: true });
  });
});
