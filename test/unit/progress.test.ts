import { PassThrough } from "node:stream";
import { stripVTControlCharacters } from "node:util";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { duration } from "../../cli/output/plainProgress.ts";
import { createProgress } from "../../cli/output/progress.ts";

/** A stream that keeps everything written to it. */
function output(isTTY: boolean) {
  const stream = Object.assign(new PassThrough(), { isTTY, columns: 60 });
  return { stream, text: () => String(stream.read() ?? "") };
}

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubEnv("CI", undefined);
  vi.stubEnv("TERM", "xterm");
  vi.stubEnv("FORCE_COLOR", undefined);
  vi.stubEnv("NO_COLOR", undefined);
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllEnvs();
});

describe("plain lines", () => {
  it("report that a task has started, that it is still running, and how it ended", () => {
    const { stream, text } = output(false);
    const task = createProgress(stream).task("Starting Kafka");
    vi.advanceTimersByTime(1_500);
    expect(text()).toBe("… Starting Kafka\n");
    task.update("formatting");
    vi.advanceTimersByTime(19_000);
    expect(text()).toBe("… Starting Kafka, 10 s, formatting\n… Starting Kafka, 20 s, formatting\n");
    task.done("127.0.0.1:9092");
    expect(text()).toBe("✔ Starting Kafka (20.5 s) 127.0.0.1:9092\n");
    task.fail();
    vi.advanceTimersByTime(60_000);
    expect(text()).toBe("");
  });

  it("do not announce tasks that end at once", () => {
    const { stream, text } = output(false);
    const progress = createProgress(stream);
    progress.task("Topics").done();
    progress.task("Jobs").fail("no gateway");
    progress.note("See the log.");
    vi.advanceTimersByTime(60_000);
    expect(text()).toBe("✔ Topics (0.0 s)\n✖ Jobs (0.0 s) no gateway\nSee the log.\n");
  });

  it("stop when the display is closed", () => {
    const { stream, text } = output(false);
    const progress = createProgress(stream);
    progress.task("Starting Flink");
    progress.close();
    vi.advanceTimersByTime(60_000);
    expect(text()).toBe("");
  });

  it.each(["CI", "TERM"])("are what a terminal shows if %s asks for it", (variable) => {
    vi.stubEnv(variable, variable === "CI" ? "true" : "dumb");
    vi.stubEnv("NO_COLOR", "1");
    const { stream, text } = output(true);
    createProgress(stream).task("Topics").done();
    expect(text()).toBe("✔ Topics (0.0 s)\n");
  });
});

it("writes plain lines to a terminal without a size", () => {
  const { stream, text } = output(true);
  createProgress(Object.assign(stream, { rows: 0 })).note("a note");
  createProgress(stream).task("Kafka");
  vi.advanceTimersByTime(2_000);
  expect(text()).toBe("a note\n… Kafka\n");
});

describe("the live list", () => {
  it("keeps finished tasks above running ones and shortens details to the width", () => {
    const { stream, text } = output(true);
    const progress = createProgress(stream);
    const kafka = progress.task("Kafka");
    const flink = progress.task("Flink");
    flink.update("d".repeat(200));
    vi.advanceTimersByTime(3_000);
    const running = stripVTControlCharacters(text());
    expect(running).toMatch(/. Flink 3 s {2}d+…/);
    expect(Math.max(...running.split(/[\n\r]/).map((line) => line.length))).toBeLessThanOrEqual(60);

    kafka.done("ready");
    expect(stripVTControlCharacters(text())).toMatch(/✔ Kafka \(3\.0 s\) ready\n[\s\S]*Flink 3 s/);
    progress.note("a note");
    expect(text()).toContain("a note\n");
    progress.close();
    expect(stripVTControlCharacters(text())).toContain("… Flink\n");
    vi.advanceTimersByTime(5_000);
    expect(text()).toBe("");
  });

  it("has colours unless NO_COLOR is set", () => {
    const colored = output(true);
    createProgress(colored.stream).task("Kafka").done();
    expect(colored.text()).toContain("\u001b[32m✔");
    vi.stubEnv("NO_COLOR", "1");
    const plain = output(true);
    createProgress(plain.stream).task("Kafka").done();
    expect(plain.text()).not.toContain("\u001b[32m");
  });
});

describe("duration", () => {
  it.each([
    [0, "0.0 s"],
    [12_340, "12.3 s"],
    [59_990, "1 min 0 s"],
    [281_000, "4 min 41 s"],
  ])("writes %d ms as %s", (ms, text) => {
    expect(duration(ms)).toBe(text);
  });
});
