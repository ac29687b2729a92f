import type { CpuInfo } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, it, onTestFinished, vi } from "vitest";
import { loadsBetween, messagesOf, runMachine } from "../../../apps/generator/machine.ts";
import { generate } from "../../../cli/commands/generate.ts";
import { freePorts } from "../../support/ports.ts";

const core = (user: number, sys: number, idle: number): CpuInfo => ({
  model: "",
  speed: 0,
  times: { user, nice: 0, sys, idle, irq: 0 },
});

it("the load of a core is its busy share of the time that has passed, in percent", () => {
  const before = [core(100, 100, 1_000), core(0, 0, 0), core(5, 5, 5)];
  const after = [core(400, 150, 1_650), core(0, 0, 1_000), core(5, 5, 4)];
  expect(loadsBetween(before, after)).toEqual([35, 0, 0]);
});

it("a core that did not exist before has no load yet", () => {
  expect(loadsBetween([], [core(1, 1, 1)])).toEqual([0]);
});

it("each core becomes a reading as in the tutorial", () => {
  const [message] = messagesOf("laptop", [12.5], 1_767_618_000_123);
  expect(message).toMatchObject({ key: "laptop/cpu0", occurredAt: 1_767_618_000_123 });
  expect(JSON.parse(String(message?.value))).toEqual({
    hostname: "laptop",
    cpu: "cpu0",
    usage: 12.5,
    occurred_at: 1_767_618_000_123,
  });
});

it("options that only the generator has are refused for the machine, and so is another source", async () => {
  await expect(generate("local", { from: "machine", rate: "7" })).rejects.toThrow("leave --rate out");
  await expect(generate("local", { from: "mars" })).rejects.toThrow(
    "--from is mars; allowed is generator or machine",
  );
});

it("a broker that is away is reported once in five seconds, not at each attempt", async () => {
  const [port] = await freePorts(1);
  const connection = { bootstrapServers: `127.0.0.1:${port}`, security: { protocol: "PLAINTEXT" } } as const;
  vi.useFakeTimers({ toFake: ["performance"] });
  onTestFinished(() => void vi.useRealTimers());
  const lines: string[] = [];
  const stop = new AbortController();
  const onReport = (line: string) => void lines.push(line);
  const done = runMachine({ connection, topic: "t", onReport, signal: stop.signal });
  await vi.waitFor(() => expect(lines).toHaveLength(1), 30_000);
  // Two more attempts, while the clock of the reports stands still.
  await sleep(3_500);
  expect(lines).toHaveLength(1);
  vi.advanceTimersByTime(5_000);
  await vi.waitFor(() => expect(lines).toHaveLength(2), 30_000);
  stop.abort();
  await done;
  const report = expect.stringMatching(/^Kafka accepts no messages \(.+\); trying again$/);
  expect(lines).toEqual([report, report]);
});
