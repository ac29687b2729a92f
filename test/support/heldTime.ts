import { onTestFinished, vi } from "vitest";

/**
 * Holds the clock that limits are measured with until the test ends, so that none expires while a busy machine lags
 * behind, and none has to be waited for.
 */
export function holdTime() {
  let now = performance.now();
  const clock = vi.spyOn(performance, "now").mockImplementation(() => now);
  onTestFinished(() => clock.mockRestore());
  return {
    /** Moves it on. */
    pass(ms: number): void {
      now += ms;
    },
  };
}
