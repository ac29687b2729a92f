import { pause } from "../../../lib/timing.ts";

const LOOK_MS = 5_000;
/** No pause of the program itself is as long. */
const SLEPT_MS = 30_000;

/** Calls `onSlept` whenever this machine has slept, with the time since when, epoch ms, until the signal is aborted. */
export async function watchSleep(onSlept: (since: number) => void, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const since = Date.now();
    await pause(LOOK_MS, signal);
    if (!signal.aborted && Date.now() - since > SLEPT_MS) onSlept(since);
  }
}
