import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { runTool } from "../../setup/runTool.ts";
import { readingFormat } from "../../tools/prerequisites.mjs";

it("the format reading compiles without warnings and passes its own tests", async () => {
  const target = mkdtempSync(join(tmpdir(), "flink-reading-"));
  const lines: string[] = [];
  try {
    const options = [`-Dtarget.directory=${target}`, "-Dfail.on.warning=true"];
    await runTool("mvn", ["-B", "-f", join(readingFormat, "pom.xml"), ...options, "test"], {
      advice: "Read the output above.",
      onLine: (line) => lines.push(line),
    });
  } finally {
    rmSync(target, { recursive: true, force: true });
  }
  expect(lines.join("\n")).toMatch(/Tests run: [1-9]\d*, Failures: 0, Errors: 0, Skipped: 0/);
});
