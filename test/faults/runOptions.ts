import type { TestHost } from "../support/commandLineStack.ts";

export interface RunOptions {
  readonly minutes: number;
  readonly seed: number;
  /** Readings per second. */
  readonly rate: number;
  /** Names of kinds of faults; all of them unless given. */
  readonly only: readonly string[];
  readonly host: TestHost;
}

/** The command of a run, with every option that its faults depend on. */
export function commandOf({ minutes, seed, rate, only, host }: RunOptions): string {
  const options = { stack: host, minutes, seed, rate, ...(only.length > 0 && { only: only.join(",") }) };
  const words = Object.entries(options).map(([name, value]) => `--${name} ${value}`);
  return ["npm run faults --", ...words].join(" ");
}
