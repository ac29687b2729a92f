import { appendFileSync, copyFileSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished, vi } from "vitest";
import { followAlerts } from "../../../cli/commands/watch.ts";

let beforeOpening = () => {};
vi.mock("node:fs/promises", async (original) => {
  const real = await original<typeof import("node:fs/promises")>();
  const open: typeof real.open = (...given) => {
    beforeOpening();
    return real.open(...given);
  };
  return { ...real, open };
});

it("a line written just before a log is rotated is not lost if the rotation comes between looking at the log and reading it", async () => {
  const folder = mkdtempSync(join(tmpdir(), "streaming-follow-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, "notifier.log");
  writeFileSync(file, "first\n");
  const followed: string[] = [];
  const stop = new AbortController();
  const following = followAlerts(file, { fromBeginning: true, signal: stop.signal }, (line) => {
    followed.push(line);
  });
  await vi.waitUntil(() => followed.length === 1, { timeout: 30_000 });
  let rotations = 0;
  beforeOpening = () => {
    if (rotations++ > 0) return;
    copyFileSync(file, `${file}.1`);
    truncateSync(file);
  };
  appendFileSync(file, "second\n");
  await vi.waitUntil(() => rotations > 0, { timeout: 30_000 });
  appendFileSync(file, "3\n");
  await vi.waitUntil(() => followed.includes("3"), { timeout: 30_000 });
  stop.abort();
  await following;
  expect(followed).toEqual(["first", "second", "3"]);
});
