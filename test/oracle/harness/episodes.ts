import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "vitest";
import { WINDOW_MS } from "../model/watermark.ts";
import type { OracleStack } from "./oracleStack.ts";
import { message, Stretch } from "./stretch.ts";

const HOST = "changed";
/** A timer may fire a millisecond early. */
const MARGIN_MS = 50;

/**
 * Changing the threshold also begins and ends episodes: with identical windows, one is over the threshold, not over the
 * raised one, over the lowered one, and over none once it is deleted.
 */
export async function episodesFollowTheThreshold(oracle: OracleStack): Promise<void> {
  const stretch = new Stretch(oracle);
  const [partition = 0] = stretch.partitions;
  let time = stretch.from;
  const twoWindows = async () => {
    await stretch.open(time);
    const windows = [time, time + WINDOW_MS].map((occurred_at) =>
      message(partition, { hostname: HOST, cpu: "episode", usage: 55, occurred_at }),
    );
    await stretch.send(windows);
    time = await stretch.close(time + WINDOW_MS);
    await stretch.settled();
  };
  for (const threshold of [40, 60, 50, undefined]) {
    await oracle.setThreshold(HOST, threshold);
    await sleep(oracle.thresholdCacheMs + MARGIN_MS);
    await twoWindows();
  }
  const { alerts } = await oracle.actualOutputs();
  expect(
    alerts.filter(({ cpu }) => cpu === "episode").map(({ event, threshold }) => [event, threshold]),
  ).toEqual([
    ["raised", 40],
    ["cleared", 60],
    ["raised", 50],
    ["cleared", null],
  ]);
}
