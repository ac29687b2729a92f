import { repeat } from "../../../lib/until.ts";
import type { World } from "../model/world.ts";

const EVERY_MS = 5_000;
/** A day of samples. */
const KEPT = 17_280;

/** Records the readings per second, every 5 s until the signal is aborted. */
export function sample(world: World, signal: AbortSignal): Promise<void> {
  const take = async () => {
    const now = Date.now();
    const rate = world.rates.readings.perSecond(now, EVERY_MS / 1000);
    if (rate !== undefined) world.throughput.set(Math.floor(now / 1000), [rate], KEPT);
  };
  return repeat(take, { pollMs: EVERY_MS, signal });
}
