import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "vitest";
import { readHeartbeat } from "../model/reading.ts";
import { DISORDER_MS, WINDOW_MS, windowStart } from "../model/watermark.ts";
import { takeCheckpoints } from "./checkpoints.ts";
import type { OracleStack } from "./oracleStack.ts";
import { message, outputsAre } from "./stretch.ts";

const TURNS = 8;
const TURN_MS = 500;
/** Readings around the latest time that is still valid: the broker's clock decides which of them are. */
const EDGE_MS = Array.from({ length: 21 }, (_, index) => DISORDER_MS - 10 + index);
const FIFTY_MINUTES = 50 * 60_000;
/** The windows that hold readings close within about a minute of silence. */
const CLOSED_MS = 65_000;
/** The heartbeat that closes them can be read once its job has taken a checkpoint. */
const READ_MS = 120_000;

/**
 * Readings of the present, some from devices whose clock is ahead, then silence: all windows that hold readings must
 * close, and none may close early. Readings kept during the silence and sent afterwards are in time.
 */
export async function presentIsExact(oracle: OracleStack): Promise<void> {
  const { source, heartbeat } = oracle;
  const partitions = source.ends.map((_, partition) => partition);
  await heartbeat.stop();
  const send = (partition: number, hostname: string, occurred_at: number) =>
    source.send([message(partition, { hostname, cpu: `cpu${partition}`, usage: 95, occurred_at })]);
  for (let turn = 0; turn < TURNS; turn++) {
    for (const partition of partitions) await send(partition, "happy", Date.now());
    await send(turn % partitions.length, "fast", Date.now() + FIFTY_MINUTES);
    await send((turn + 1) % partitions.length, "rather-fast", Date.now() + DISORDER_MS - 1_000);
    await sleep(TURN_MS);
  }
  for (const ahead of EDGE_MS) await send(0, "edge", Date.now() + ahead);
  await silenceClosesWindows(oracle);

  const reasons = [...oracle.reasons().values()].filter((reason) => reason.includes(" min"));
  expect(reasons).toEqual(Array.from({ length: TURNS }, () => "clock is ahead by 50 min"));

  const next = windowStart(await closedUntil(oracle)) + WINDOW_MS;
  while (Date.now() < next + WINDOW_MS + DISORDER_MS) await sleep(100);
  for (const partition of partitions) await send(partition, "kept", next);
  // A job that has read only some of these readings must not find that their window has closed.
  await heartbeat.go(next, partitions);
  await heartbeat.go(Date.now(), partitions);
  oracle.idle = new Set();
  await outputsAre(oracle, CLOSED_MS);
}

async function silenceClosesWindows(oracle: OracleStack): Promise<void> {
  const since = Date.now();
  let beat = await newestHeartbeat(oracle);
  while (beat === undefined || beat.timestamp < since) {
    if (Date.now() > since + READ_MS)
      throw new Error(`no heartbeat came within ${READ_MS / 1_000} s of silence`);
    await takeCheckpoints(oracle.stack.outputs.flink.webUrl, (job) => job.endsWith("-heartbeat"));
    await sleep(1_000);
    beat = await newestHeartbeat(oracle);
  }
  expect(beat.timestamp - since).toBeLessThan(CLOSED_MS);
  // The others have been silent for a long time.
  oracle.idle = new Set(
    oracle.source.ends.map((_, index) => index).filter((index) => index !== beat.partition),
  );
  await outputsAre(oracle);
}

async function newestHeartbeat(oracle: OracleStack) {
  const input = await oracle.input([]);
  return input.flatMap((sent) => readHeartbeat(sent) ?? []).at(-1);
}

async function closedUntil(oracle: OracleStack): Promise<number> {
  return ((await newestHeartbeat(oracle))?.eventTime ?? 0) - DISORDER_MS - 1;
}
