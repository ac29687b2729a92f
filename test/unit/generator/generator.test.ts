import { expect, test } from "vitest";
import { runGenerator } from "../../../apps/generator/generator.ts";
import { parseGeneratorOptions } from "../../../apps/generator/options.ts";
import { abortedAfter, pause, unlessAborted } from "../../../lib/timing.ts";

test("while Kafka does not answer, the generator keeps trying, reports it, and ends at once when stopped", async () => {
  const stop = new AbortController();
  const lines: string[] = [];
  const result = await runGenerator({
    // Port 1 is refused everywhere.
    connection: { bootstrapServers: "127.0.0.1:1", security: { protocol: "PLAINTEXT" } },
    options: parseGeneratorOptions({ backfill: "1m" }),
    onReport: (line) => {
      lines.push(line);
      stop.abort();
    },
    signal: stop.signal,
  });
  expect(result).toEqual({ sent: 0, newest: 0 });
  expect(lines[0]).toMatch(
    /^Kafka accepts no messages \(KafkaJSConnectionError: .*ECONNREFUSED.*\); trying again$/,
  );
  expect(lines[1]).toMatch(/^sent 0 \(0\/s\), newest none yet, behind \d+\.\d s$/);
  expect(lines).toHaveLength(2);
});

test("pause ends early on abort", async () => {
  const stop = new AbortController();
  setTimeout(() => stop.abort(), 10);
  // Longer than a test is allowed to take.
  await pause(600_000, stop.signal);
});

test("unlessAborted gives the result, the error or the reason, whichever is first", async () => {
  const never = new Promise<never>(() => {});
  const stop = new AbortController();
  expect(await unlessAborted(Promise.resolve(3), stop.signal)).toBe(3);
  await expect(unlessAborted(Promise.reject(new Error("no")), stop.signal)).rejects.toThrow("no");

  const waiting = unlessAborted(never, stop.signal);
  stop.abort(new Error("enough"));
  await expect(waiting).rejects.toThrow("enough");
  await expect(unlessAborted(never, stop.signal)).rejects.toThrow("enough");
});

test("abortedAfter follows a signal some time later, with its own reason", async () => {
  const stop = new AbortController();
  const later = abortedAfter(stop.signal, 30, new Error("too late"));
  await pause(60, stop.signal);
  expect(later.aborted).toBe(false);

  stop.abort();
  expect(later.aborted).toBe(false);
  await new Promise((resolve) => later.addEventListener("abort", resolve));
  expect(later.reason).toEqual(new Error("too late"));
});
